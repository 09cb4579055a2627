#include "contract_rules.h"

#include <stdlib.h>
#include <string.h>

static int compare_rule(const void *key, const void *item)
{
    const ProtobufCMessageDescriptor *type = key;
    return strcmp(type->name, ((const struct message_rule *)item)->type->name);
}

static int compare_kind(const void *key, const void *item)
{
    return strcmp(key, ((const struct contract_kind *)item)->name);
}

const struct message_rule *contract_rule(const ProtobufCMessageDescriptor *type)
{
    return bsearch(type, contract_message_rules, contract_message_rules_n, sizeof contract_message_rules[0],
                   compare_rule);
}

const ProtobufCMessageDescriptor *contract_message(const char *short_name)
{
    const struct contract_kind *kind = bsearch(short_name, contract_kinds, contract_kinds_n, sizeof contract_kinds[0],
                                               compare_kind);
    return kind ? kind->type : NULL;
}

const struct message_rule *contract_messages(size_t *ret_n)
{
    *ret_n = contract_message_rules_n;
    return contract_message_rules;
}

int enum_rule_of_word(const struct enum_rule *choices, const char *word)
{
    for (unsigned i = 0; i < choices->type->n_values; i++)
        if (strcmp(choices->words[i], word) == 0)
            return (int)i;
    return -1;
}

int enum_rule_of_number(const struct enum_rule *choices, int number)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(choices->type, number);
    return value ? (int)(value - choices->type->values) : -1;
}

size_t contract_item_bytes(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_BOOL: return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_UINT32: return sizeof(int32_t);
    case PROTOBUF_C_TYPE_ENUM: return sizeof(int);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE: return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES: return sizeof(ProtobufCBinaryData);
    default: return sizeof(int64_t); /* and double */
    }
}
