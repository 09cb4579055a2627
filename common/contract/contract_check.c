#include "common/contract/contract_check.h"

#include "common/contract/field_check.h"
#include "contract_rules.h"
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

/* A message that is being checked; one inside another knows its place in it. */
struct checked {
    const struct message_rule *rule;
    const char *message; /* a struct of protobuf-c, as bytes */
    const struct field_place *at;
    struct field_errors *errors;
};

static void check_message(const struct checked *checked);

static const void *slot_of(const struct checked *checked, unsigned offset)
{
    return checked->message + offset;
}

/* Its own errors are reported inside it. */
static void check_nested(const struct checked *outer, const struct message_rule *rule, const void *message,
                         const struct field_place *at)
{
    check_message(&(struct checked){.rule = rule, .message = message, .at = at, .errors = outer->errors});
}

static enum err check_value(const struct checked *checked, unsigned i, const void *slot, const struct field_place *at)
{
    const struct field_rule *rule = &checked->rule->fields[i];
    switch (checked->rule->type->fields[i].type) {
    case PROTOBUF_C_TYPE_BOOL: return ERR_OK;
    case PROTOBUF_C_TYPE_DOUBLE: return field_check_double(rule, *(const double *)slot);
    case PROTOBUF_C_TYPE_ENUM: return field_check_choice(rule, *(const int *)slot);
    case PROTOBUF_C_TYPE_STRING: return field_check_text(rule, *(char *const *)slot);
    case PROTOBUF_C_TYPE_BYTES: return field_check_bytes(rule, slot);
    case PROTOBUF_C_TYPE_MESSAGE: check_nested(checked, rule->message, *(void *const *)slot, at); return ERR_OK;
    case PROTOBUF_C_TYPE_INT32: return field_check_number(rule, *(const int32_t *)slot);
    case PROTOBUF_C_TYPE_UINT32: return field_check_number(rule, *(const uint32_t *)slot);
    default: return field_check_number(rule, *(const int64_t *)slot); /* a uint64 above 2^63 reads as negative */
    }
}

static enum err check_list(const struct checked *checked, unsigned i, const struct field_place *at)
{
    const ProtobufCFieldDescriptor *field = &checked->rule->type->fields[i];
    const char *items = *(const char *const *)slot_of(checked, field->offset);
    size_t n = *(const size_t *)slot_of(checked, field->quantifier_offset), bytes = contract_item_bytes(field->type);
    enum err err = field_check_items(&checked->rule->fields[i], n);
    for (size_t k = 0; !err && k < n; k++) {
        struct field_place item = {.up = at, .index = k};
        field_errors_add_at(checked->errors, &item, check_value(checked, i, items + k * bytes, &item));
    }
    return err;
}

static bool is_absent(const struct checked *checked, const ProtobufCFieldDescriptor *field)
{
    if (field->label != PROTOBUF_C_LABEL_OPTIONAL)
        return false;
    if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE)
        return !*(void *const *)slot_of(checked, field->offset);
    return !*(const protobuf_c_boolean *)slot_of(checked, field->quantifier_offset);
}

/* --- what a PATCH names --- */

static int field_numbered(const struct message_rule *rule, uint32_t number)
{
    for (unsigned i = 0; i < rule->type->n_fields; i++)
        if (rule->type->fields[i].id == number)
            return rule->fields[i].server || rule->fields[i].mask ? -1 : (int)i;
    return -1;
}

/* A field that is named and absent is null; handlers rely on what may not be null. */
static void check_named(const struct checked *checked, const struct field_place *mask, uint32_t number)
{
    int i = field_numbered(checked->rule, number);
    if (i < 0) {
        field_errors_add_at(checked->errors, mask, ERR_FIELD_UNKNOWN);
        return;
    }
    struct field_place at = {.up = checked->at, .name = checked->rule->fields[i].json};
    if (!checked->rule->fields[i].nullable && is_absent(checked, &checked->rule->type->fields[i]))
        field_errors_add_at(checked->errors, &at, ERR_FIELD_TYPE);
}

static void check_mask(const struct checked *checked, const ProtobufCFieldDescriptor *mask,
                       const struct field_place *at)
{
    const uint32_t *numbers = *(uint32_t *const *)slot_of(checked, mask->offset);
    size_t n = *(const size_t *)slot_of(checked, mask->quantifier_offset);
    for (size_t k = 0; k < n; k++)
        check_named(checked, at, numbers[k]);
}

/* --- all fields --- */

static void check_field(const struct checked *checked, unsigned i)
{
    const ProtobufCFieldDescriptor *field = &checked->rule->type->fields[i];
    struct field_place at = {.up = checked->at, .name = checked->rule->fields[i].json};
    if (checked->rule->fields[i].mask)
        check_mask(checked, field, &at);
    else if (field->label == PROTOBUF_C_LABEL_REPEATED)
        field_errors_add_at(checked->errors, &at, check_list(checked, i, &at));
    else if (!is_absent(checked, field))
        field_errors_add_at(checked->errors, &at, check_value(checked, i, slot_of(checked, field->offset), &at));
}

static void check_message(const struct checked *checked)
{
    for (unsigned i = 0; i < checked->rule->type->n_fields; i++)
        check_field(checked, i);
}

void contract_check(const ProtobufCMessage *message, struct field_errors *errors)
{
    const struct message_rule *rule = contract_rule(message->descriptor);
    assert(rule);
    check_message(&(struct checked){.rule = rule, .message = (const char *)message, .errors = errors});
}
