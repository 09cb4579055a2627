/* Bodies as clients send them. The first line says which message is meant, the rest is the body; the body's text goes
 * through every parameter of the message, too. What was read must survive writing and packing, and be what the services
 * take; what was written must be JSON. */
#include "common/base/mem.h"
#include "common/contract/contract_check.h"
#include "contract_rules.h"
#include "services/gateway/json/json.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void check_written(TALLOC_CTX *ctx, const ProtobufCMessage *message)
{
    size_t n;
    json_t *value;
    char *text = json_write(ctx, message, &n);
    must(json_parse(ctx, text, n, &value) == ERR_OK);
}

static void check_packed(TALLOC_CTX *ctx, const ProtobufCMessage *message)
{
    ProtobufCBinaryData packed = mem_pack(ctx, message);
    ProtobufCMessage *unpacked = mem_unpack(ctx, message->descriptor, packed.data, packed.len);
    struct field_errors errors;
    must(unpacked != NULL);
    field_errors_init(&errors, ctx);
    contract_check(unpacked, &errors);
    must(errors.n == 0);
}

/* What must be there of a message that says what is to change stands in its path. */
static void add_path(const struct message_rule *rule, json_t *object)
{
    static const char ID[] = "018f0000-0000-7000-8000-000000000001";
    for (unsigned i = 0; rule->mask >= 0 && i < rule->type->n_fields; i++)
        if (rule->type->fields[i].label == PROTOBUF_C_LABEL_REQUIRED && !json_object_get(object, rule->fields[i].json))
            (void)json_object_set_new(object, rule->fields[i].json, json_string(ID)); /* it is no object else */
}

static void fuzz_body(TALLOC_CTX *ctx, const struct message_rule *rule, const char *body, size_t n)
{
    struct field_errors errors;
    ProtobufCMessage *message;
    json_t *value;
    field_errors_init(&errors, ctx);
    if (json_parse(ctx, body, n, &value) != ERR_OK)
        return;
    add_path(rule, value);
    if (json_read(ctx, rule->type, value, &errors, &message) != ERR_OK)
        return;
    check_packed(ctx, message);
    if (rule->mask < 0)
        check_written(ctx, message);
}

static void fuzz_parameters(TALLOC_CTX *ctx, const struct message_rule *rule, const char *text)
{
    struct field_errors errors;
    ProtobufCMessage *message;
    field_errors_init(&errors, ctx);
    struct json_form *form = json_form_new(ctx, rule->type, &errors);
    for (unsigned i = 0; i < rule->type->n_fields; i++)
        json_form_parameter(form, rule->fields[i].json, text);
    json_form_parameter(form, text, text);
    if (json_form_finish(form, &message) == ERR_OK)
        check_written(ctx, message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const char *text = (const char *)data, *line_end = n ? memchr(data, '\n', n) : NULL;
    if (!line_end)
        return 0;
    TALLOC_CTX *ctx = mem_context(NULL, "fuzz_json");
    size_t kind_bytes = (size_t)(line_end - text), body_bytes = n - kind_bytes - 1;
    const ProtobufCMessageDescriptor *type = contract_message(mem_textn(ctx, text, kind_bytes));
    if (type) {
        fuzz_body(ctx, contract_rule(type), line_end + 1, body_bytes);
        fuzz_parameters(ctx, contract_rule(type), mem_textn(ctx, line_end + 1, body_bytes));
    }
    mem_free(ctx);
    return 0;
}
