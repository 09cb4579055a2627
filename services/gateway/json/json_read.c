/* Reads requests. A form is one message that is being filled; a nested object is a form of its own, on the stack, that
 * knows its place. What is wrong is reported with that pointer, and reading goes on. */
#include "services/gateway/json/json.h"

#include "common/base/mem.h"
#include "common/contract/field_check.h"
#include "services/gateway/json/json_format.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct json_form {
    TALLOC_CTX *ctx;
    const struct message_rule *rule;
    ProtobufCMessage *message;
    struct field_errors *errors;
    const struct field_place *at;
    uint64_t fixed; /* bits of fields that the path set */
    uint64_t named; /* bits of fields that the client named, well or badly */
};

static void read_object(struct json_form *form, json_t *object);

/* --- single values: into the slot of a message's field, or of an array's item --- */

static enum err text_of(const json_t *value, const char **ret_text)
{
    if (!json_is_string(value))
        return ERR_FIELD_TYPE;
    *ret_text = json_string_value(value);
    return strlen(*ret_text) == json_string_length(value) ? ERR_OK : ERR_FIELD_CHARACTERS; /* "\u0000" */
}

static enum err integer_of(const json_t *value, int64_t *ret_number)
{
    if (json_is_integer(value)) {
        *ret_number = json_integer_value(value);
        return ERR_OK;
    }
    if (!json_is_real(value))
        return ERR_FIELD_TYPE;
    double real = json_real_value(value);
    if (real >= 0x1p63)
        return ERR_FIELD_TOO_LARGE;
    if (real < -0x1p63)
        return ERR_FIELD_TOO_SMALL;
    *ret_number = (int64_t)real;
    return (double)*ret_number == real ? ERR_OK : ERR_FIELD_TYPE; /* 5.0 is an integer to JSON Schema */
}

static enum err number_of(const struct field_rule *rule, const json_t *value, int64_t *ret_number)
{
    const char *text;
    if (!json_format_is_text(rule->format))
        return integer_of(value, ret_number);
    enum err err = text_of(value, &text);
    return err != ERR_OK ? err : json_format_read_number(rule->format, text, ret_number);
}

static enum err read_number(const struct field_rule *rule, ProtobufCType type, const json_t *value, void *slot)
{
    int64_t number;
    enum err err = number_of(rule, value, &number);
    if (err != ERR_OK)
        return err;
    err = field_check_number(rule, number);
    if (err != ERR_OK)
        return err;
    if (type == PROTOBUF_C_TYPE_INT32 || type == PROTOBUF_C_TYPE_UINT32)
        *(uint32_t *)slot = (uint32_t)number;
    else
        *(int64_t *)slot = number;
    return ERR_OK;
}

static enum err read_double(const struct field_rule *rule, const json_t *value, double *slot)
{
    if (!json_is_number(value))
        return ERR_FIELD_TYPE;
    *slot = json_number_value(value);
    return field_check_double(rule, *slot);
}

static enum err read_bool(const json_t *value, protobuf_c_boolean *slot)
{
    if (!json_is_boolean(value))
        return ERR_FIELD_TYPE;
    *slot = json_is_true(value);
    return ERR_OK;
}

static enum err read_choice(const struct enum_rule *choices, const json_t *value, int *slot)
{
    const char *word;
    enum err err = text_of(value, &word);
    if (err != ERR_OK)
        return err;
    int i = enum_rule_of_word(choices, word);
    if (i < 0)
        return ERR_FIELD_CHOICE;
    *slot = choices->type->values[i].value;
    return ERR_OK;
}

static enum err read_text(TALLOC_CTX *ctx, const struct field_rule *rule, const json_t *value, char **slot)
{
    const char *text;
    enum err err = text_of(value, &text);
    return err != ERR_OK ? err : json_format_read_text(ctx, rule, text, slot);
}

static enum err read_bytes(TALLOC_CTX *ctx, const struct field_rule *rule, const json_t *value,
                           ProtobufCBinaryData *slot)
{
    const char *text;
    enum err err = text_of(value, &text);
    return err != ERR_OK ? err : json_format_read_bytes(ctx, rule->format, text, slot);
}

/* What is absent means its default: both are one message, packed alike. */
static void say_defaults(ProtobufCMessage *message)
{
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (field->default_value && field->quantifier_offset != 0)
            *(protobuf_c_boolean *)((char *)message + field->quantifier_offset) = true; /* has_… */
    }
}

static ProtobufCMessage *message_new(TALLOC_CTX *ctx, const ProtobufCMessageDescriptor *type)
{
    ProtobufCMessage *message = mem_zalloc(ctx, type->sizeof_message, type->name);
    protobuf_c_message_init(type, message);
    say_defaults(message);
    return message;
}

static void report_missing(struct json_form *form)
{
    const ProtobufCMessageDescriptor *type = form->rule->type;
    for (unsigned i = 0; i < type->n_fields; i++) {
        bool set = (form->fixed | form->named) >> i & 1;
        struct field_place at = {.up = form->at, .name = form->rule->fields[i].json};
        if (type->fields[i].label == PROTOBUF_C_LABEL_REQUIRED && !form->rule->fields[i].server && !set)
            field_errors_add_at(form->errors, &at, ERR_FIELD_REQUIRED);
    }
}

/* Its own errors are reported inside it. */
static enum err read_message(struct json_form *outer, const struct message_rule *rule, json_t *value,
                             const struct field_place *at, ProtobufCMessage **slot)
{
    if (!json_is_object(value))
        return ERR_FIELD_TYPE;
    struct json_form form = {.ctx = outer->ctx,
                             .rule = rule,
                             .message = message_new(outer->ctx, rule->type),
                             .errors = outer->errors,
                             .at = at};
    read_object(&form, value);
    report_missing(&form);
    *slot = form.message;
    return ERR_OK;
}

static enum err read_value(struct json_form *form, unsigned i, json_t *value, const struct field_place *at, void *slot)
{
    const struct field_rule *rule = &form->rule->fields[i];
    ProtobufCType type = form->rule->type->fields[i].type;
    switch (type) {
    case PROTOBUF_C_TYPE_BOOL: return read_bool(value, slot);
    case PROTOBUF_C_TYPE_DOUBLE: return read_double(rule, value, slot);
    case PROTOBUF_C_TYPE_ENUM: return read_choice(rule->choices, value, slot);
    case PROTOBUF_C_TYPE_STRING: return read_text(form->ctx, rule, value, slot);
    case PROTOBUF_C_TYPE_BYTES: return read_bytes(form->ctx, rule, value, slot);
    case PROTOBUF_C_TYPE_MESSAGE: return read_message(form, rule->message, value, at, slot);
    default: return read_number(rule, type, value, slot); /* generate.py lets no other type through */
    }
}

/* --- fields --- */

static void *slot_of(struct json_form *form, unsigned offset)
{
    return (char *)form->message + offset;
}

static enum err read_single(struct json_form *form, unsigned i, json_t *value, const struct field_place *at)
{
    const ProtobufCFieldDescriptor *field = &form->rule->type->fields[i];
    enum err err = read_value(form, i, value, at, slot_of(form, field->offset));
    if (err == ERR_OK && field->label == PROTOBUF_C_LABEL_OPTIONAL && field->quantifier_offset != 0)
        *(protobuf_c_boolean *)slot_of(form, field->quantifier_offset) = true; /* has_… */
    return err;
}

static enum err read_list(struct json_form *form, unsigned i, json_t *list, const struct field_place *at)
{
    const ProtobufCFieldDescriptor *field = &form->rule->type->fields[i];
    size_t n = json_array_size(list), bytes = contract_item_bytes(field->type);
    if (!json_is_array(list))
        return ERR_FIELD_TYPE;
    enum err err = field_check_items(&form->rule->fields[i], n);
    if (err != ERR_OK)
        return err;
    char *items = mem_zalloc_array(form->ctx, bytes, n, field->name);
    for (size_t k = 0; k < n; k++) {
        struct field_place item = {.up = at, .index = k};
        field_errors_add_at(form->errors, &item,
                            read_value(form, i, json_array_get(list, k), &item, items + k * bytes));
    }
    *(size_t *)slot_of(form, field->quantifier_offset) = n;
    *(void **)slot_of(form, field->offset) = items;
    return ERR_OK;
}

static enum err read_field(struct json_form *form, unsigned i, json_t *value, const struct field_place *at)
{
    form->named |= UINT64_C(1) << i;
    if (json_is_null(value))
        return form->rule->fields[i].nullable ? ERR_OK : ERR_FIELD_TYPE;
    if (form->rule->type->fields[i].label == PROTOBUF_C_LABEL_REPEATED)
        return read_list(form, i, value, at);
    return read_single(form, i, value, at);
}

/* -1: the client may not name it. */
static int field_named(const struct json_form *form, const char *name)
{
    for (unsigned i = 0; i < form->rule->type->n_fields; i++) {
        const struct field_rule *rule = &form->rule->fields[i];
        if (strcmp(rule->json, name) == 0)
            return rule->server || rule->mask || (form->fixed >> i & 1) ? -1 : (int)i;
    }
    return -1;
}

static void read_object(struct json_form *form, json_t *object)
{
    const char *name;
    json_t *value;
    json_object_foreach (object, name, value) {
        struct field_place at = {.up = form->at, .name = name};
        int i = field_named(form, name);
        field_errors_add_at(form->errors, &at, i < 0 ? ERR_FIELD_UNKNOWN : read_field(form, (unsigned)i, value, &at));
    }
}

/* --- path and query string --- */

static json_t *integer_of_text(const char *text)
{
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (*end != '\0' || end == text || !strchr("-0123456789", text[0]))
        return NULL;
    return errno == ERANGE ? json_real(number < 0 ? -0x1p64 : 0x1p64) : json_integer(number);
}

static json_t *bool_of_text(const char *text)
{
    if (strcmp(text, "true") == 0)
        return json_true();
    return strcmp(text, "false") == 0 ? json_false() : NULL;
}

static bool is_word(const struct field_rule *rule, ProtobufCType type)
{
    return json_format_is_text(rule->format) || type == PROTOBUF_C_TYPE_STRING || type == PROTOBUF_C_TYPE_BYTES ||
           type == PROTOBUF_C_TYPE_ENUM;
}

static enum err value_of_text(const struct field_rule *rule, ProtobufCType type, const char *text, json_t **ret_value)
{
    bool word = is_word(rule, type);
    json_t *value = word                           ? json_string(text)
                    : type == PROTOBUF_C_TYPE_BOOL ? bool_of_text(text)
                                                   : integer_of_text(text);
    if (!value)
        return word ? ERR_FIELD_CHARACTERS : ERR_FIELD_TYPE; /* json_string: not UTF-8 */
    *ret_value = value;
    return ERR_OK;
}

static enum err read_text_field(struct json_form *form, unsigned i, const char *text)
{
    const ProtobufCFieldDescriptor *field = &form->rule->type->fields[i];
    json_t *value;
    if (field->label == PROTOBUF_C_LABEL_REPEATED || field->type == PROTOBUF_C_TYPE_MESSAGE)
        return ERR_FIELD_UNKNOWN;
    if (form->named >> i & 1)
        return ERR_FIELD_DUPLICATE;
    form->named |= UINT64_C(1) << i;
    enum err err = value_of_text(&form->rule->fields[i], field->type, text, &value);
    if (err != ERR_OK)
        return err;
    err = read_single(form, i, value, NULL);
    json_decref(value);
    return err;
}

/* --- the form --- */

struct json_form *json_form_new(TALLOC_CTX *ctx, const ProtobufCMessageDescriptor *type, struct field_errors *errors)
{
    struct json_form *form = mem_new(ctx, struct json_form);
    *form = (struct json_form){
        .ctx = ctx, .rule = contract_rule(type), .message = message_new(ctx, type), .errors = errors};
    assert(form->rule && form->rule->type->n_fields <= 8 * sizeof form->named); /* a bit each */
    return form;
}

enum err json_form_path(struct json_form *form, const char *name, const char *text)
{
    int i = field_named(form, name);
    if (i < 0)
        return ERR_FIELD_UNKNOWN;
    enum err err = read_text_field(form, (unsigned)i, text);
    form->named &= ~(UINT64_C(1) << i);
    form->fixed |= UINT64_C(1) << i;
    return err;
}

void json_form_parameter(struct json_form *form, const char *name, const char *text)
{
    int i = field_named(form, name);
    enum err err = i < 0 ? ERR_FIELD_UNKNOWN : read_text_field(form, (unsigned)i, text);
    if (err != ERR_OK)
        field_errors_add_parameter(form->errors, name, err);
}

void json_form_object(struct json_form *form, json_t *object)
{
    if (json_is_object(object))
        read_object(form, object);
    else
        field_errors_add_at(form->errors, NULL, ERR_FIELD_TYPE);
}

static void write_mask(struct json_form *form)
{
    const ProtobufCFieldDescriptor *fields = form->rule->type->fields, *mask = &fields[form->rule->mask];
    uint32_t *numbers = mem_array(form->ctx, uint32_t, form->rule->type->n_fields);
    size_t n = 0;
    for (unsigned i = 0; i < form->rule->type->n_fields; i++)
        if (form->named >> i & 1)
            numbers[n++] = fields[i].id;
    *(size_t *)slot_of(form, mask->quantifier_offset) = n;
    *(void **)slot_of(form, mask->offset) = numbers;
}

enum err json_form_finish(struct json_form *form, ProtobufCMessage **ret_message)
{
    if (form->rule->mask >= 0)
        write_mask(form);
    else
        report_missing(form);
    if (form->errors->n > 0)
        return ERR_INVALID;
    *ret_message = form->message;
    return ERR_OK;
}

enum err json_read(TALLOC_CTX *ctx, const ProtobufCMessageDescriptor *type, json_t *object, struct field_errors *errors,
                   ProtobufCMessage **ret_message)
{
    struct json_form *form = json_form_new(ctx, type, errors);
    json_form_object(form, object);
    return json_form_finish(form, ret_message);
}
