/* What each field of each message looks like in JSON and what it may hold: the options of proto/sotay/v1/options.proto,
 * which protobuf-c's descriptors do not carry. The tables are made from protoc's descriptor set by proto/generate.py at
 * build time; the transcoder (services/gateway/json/json.h) and openapi.json are both read off them, so they cannot
 * disagree. Constant data, any thread. */
#ifndef SOTAY_PROTO_CONTRACT_RULES_H
#define SOTAY_PROTO_CONTRACT_RULES_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As `Format` in options.proto, same numbers. */
enum field_format {
    FORMAT_PLAIN,
    FORMAT_UUID,
    FORMAT_TIMESTAMP,
    FORMAT_DATE,
    FORMAT_MONTH,
    FORMAT_TIME_OF_DAY,
    FORMAT_TEXT,
    FORMAT_LINE,
    FORMAT_CURSOR,
    FORMAT_SHA256,
    FORMAT_PHONE,
    FORMAT_WORD,
};

/* The JSON words of an enum: words[i] belongs to type->values[i] (by number, ascending; n = type->n_values). */
struct enum_rule {
    const ProtobufCEnumDescriptor *type;
    const char *const *words;
};

struct field_rule {
    const char *json; /* the JSON name */
    const char *key;  /* "\"json\":", as the writer copies it */
    uint32_t key_bytes;
    enum field_format format;
    uint32_t min_length, max_length; /* code points of a string; 0 and UINT32_MAX where the contract sets none */
    uint32_t max_items;              /* UINT32_MAX where the contract sets none */
    int64_t minimum, maximum; /* of integers and times always set: the rule's, else what the type and format can hold */
    bool has_minimum, has_maximum; /* the contract itself says so */
    bool nullable, server, mask;
    const struct message_rule *message; /* of message fields, else NULL */
    const struct enum_rule *choices;    /* of enum fields, else NULL */
};

/* fields[i] belongs to type->fields[i] (by number, ascending; n = type->n_fields). `server` and `mask` fields do not
 * exist in JSON. */
struct message_rule {
    const ProtobufCMessageDescriptor *type;
    const struct field_rule *fields;
    int mask; /* index of the mask field: this is a PATCH; -1 without one */
};

/* The rules of a message of this contract; NULL for any other descriptor. */
const struct message_rule *contract_rule(const ProtobufCMessageDescriptor *type);

/* A top-level message by its short name, which is the `kind` of envelopes and queries ("ScheduleMeeting"); NULL if
 * there is none. */
const ProtobufCMessageDescriptor *contract_message(const char *short_name);

/* Every message, nested ones included, by full name ascending. */
const struct message_rule *contract_messages(size_t *ret_n);

/* The index in choices->words and type->values; -1 if there is no such word or number. */
int enum_rule_of_word(const struct enum_rule *choices, const char *word);
int enum_rule_of_number(const struct enum_rule *choices, int number);

/* How wide one item is in the array of a repeated field of this type. */
size_t contract_item_bytes(ProtobufCType type);

/* Made by generate.py. */
struct contract_kind {
    const char *name;
    const ProtobufCMessageDescriptor *type;
};
extern const struct message_rule contract_message_rules[];
extern const size_t contract_message_rules_n;
extern const struct contract_kind contract_kinds[]; /* by name ascending */
extern const size_t contract_kinds_n;

#endif
