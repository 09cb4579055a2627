/* Answers, written. This runs for every read that misses the cache: no document tree, one buffer, tables with
 * ready-made keys. */
#include "services/gateway/json/json.h"

#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/uuid.h"
#include "services/gateway/json/json_format.h"
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM_BYTES 1024
#define SHA256_BYTES 32

struct json_out {
    char *text; /* `used` bytes of text in `room`; owned by this */
    size_t used, room;
    const char *field; /* the last one begun */
};

static void write_message(struct json_out *out, const struct message_rule *rule, const ProtobufCMessage *message);

/* --- the buffer --- */

struct json_out *json_out_new(TALLOC_CTX *ctx)
{
    struct json_out *out = mem_new(ctx, struct json_out);
    out->room = FIRST_ROOM_BYTES;
    out->text = mem_grow(out, NULL, 1, out->room);
    return out;
}

/* Where `n` more bytes may be written. They count once `used` says so. */
static char *room_for(struct json_out *out, size_t n)
{
    if (out->room - out->used < n) {
        while (out->room - out->used < n)
            out->room *= 2;
        out->text = mem_grow(out, out->text, 1, out->room);
    }
    return out->text + out->used;
}

void json_out_raw_bytes(struct json_out *out, const char *bytes, size_t n)
{
    memcpy(room_for(out, n), bytes, n);
    out->used += n;
}

void json_out_raw(struct json_out *out, const char *text)
{
    json_out_raw_bytes(out, text, strlen(text));
}

static void write_char(struct json_out *out, char c)
{
    *room_for(out, 1) = c;
    out->used++;
}

/* A value that its rules forbid stands in a row that somebody kept all the same. It must not cost the whole answer. */
static void write_unshowable(struct json_out *out)
{
    log_error("value_unshowable", "field=%s", out->field ? out->field : "-");
    json_out_raw(out, "null");
}

/* --- single values --- */

static bool is_plain(char c)
{
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

/* RFC 8259, section 7. */
static void write_escape(struct json_out *out, char c)
{
    static const char special[] = "\"\\\n\t\r\b\f", letters[] = "\"\\ntrbf";
    const char *found = strchr(special, c);
    if (found) {
        write_char(out, '\\');
        write_char(out, letters[found - special]);
    } else {
        out->used += (size_t)snprintf(room_for(out, 7), 7, "\\u%04x", (unsigned)c);
    }
}

void json_out_string(struct json_out *out, const char *text)
{
    if (!text) {
        json_out_raw(out, "null");
        return;
    }
    write_char(out, '"');
    while (*text) {
        const char *end = text;
        while (is_plain(*end))
            end++; /* the final NUL is not plain */
        json_out_raw_bytes(out, text, (size_t)(end - text));
        if (*end)
            write_escape(out, *end++);
        text = end;
    }
    write_char(out, '"');
}

void json_out_integer(struct json_out *out, int64_t number)
{
    out->used += (size_t)snprintf(room_for(out, 24), 24, "%" PRId64, number);
}

/* As short as reads back the same. */
static void write_double(struct json_out *out, double number)
{
    char text[32];
    if (!isfinite(number)) {
        write_unshowable(out);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    json_out_raw(out, text);
}

static void write_quoted(struct json_out *out, const char *text, size_t n)
{
    write_char(out, '"');
    json_out_raw_bytes(out, text, n);
    write_char(out, '"');
}

static void write_time(struct json_out *out, const struct field_rule *rule, int64_t number)
{
    char text[JSON_FORMAT_TEXT_BYTES];
    if (number < rule->minimum || number > rule->maximum)
        write_unshowable(out);
    else
        write_quoted(out, text, json_format_write_number(rule->format, number, text));
}

static void write_number(struct json_out *out, const struct field_rule *rule, int64_t number)
{
    if (json_format_is_text(rule->format))
        write_time(out, rule, number);
    else
        json_out_integer(out, number);
}

static void write_uuid(struct json_out *out, const ProtobufCBinaryData *bytes)
{
    char text[UUID_TEXT_BYTES];
    struct uuid id;
    if (uuid_from_pb(*bytes, &id) != ERR_OK) {
        write_unshowable(out);
        return;
    }
    uuid_format(&id, text);
    write_quoted(out, text, sizeof text - 1);
}

static void write_sha256(struct json_out *out, const ProtobufCBinaryData *bytes)
{
    char text[2 * SHA256_BYTES + 1];
    if (bytes->len != SHA256_BYTES) {
        write_unshowable(out);
        return;
    }
    (void)sodium_bin2hex(text, sizeof text, bytes->data, bytes->len);
    write_quoted(out, text, sizeof text - 1);
}

static void write_base64(struct json_out *out, const ProtobufCBinaryData *bytes)
{
    size_t room = sodium_base64_encoded_len(bytes->len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    write_char(out, '"');
    (void)sodium_bin2base64(room_for(out, room), room, bytes->data, bytes->len,
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    out->used += room - 1;
    write_char(out, '"');
}

static void write_bytes(struct json_out *out, enum field_format format, const ProtobufCBinaryData *bytes)
{
    if (format == FORMAT_UUID)
        write_uuid(out, bytes);
    else if (format == FORMAT_SHA256)
        write_sha256(out, bytes);
    else
        write_base64(out, bytes);
}

static void write_choice(struct json_out *out, const struct enum_rule *choices, int number)
{
    int i = enum_rule_of_number(choices, number);
    if (i < 0)
        write_unshowable(out);
    else
        write_quoted(out, choices->words[i], strlen(choices->words[i]));
}

static void write_nested(struct json_out *out, const struct message_rule *rule, const ProtobufCMessage *message)
{
    if (message)
        write_message(out, rule, message);
    else
        json_out_raw(out, "null");
}

static void write_value(struct json_out *out, const struct field_rule *rule, ProtobufCType type, const void *slot)
{
    switch (type) {
    case PROTOBUF_C_TYPE_BOOL: json_out_raw(out, *(const protobuf_c_boolean *)slot ? "true" : "false"); break;
    case PROTOBUF_C_TYPE_DOUBLE: write_double(out, *(const double *)slot); break;
    case PROTOBUF_C_TYPE_ENUM: write_choice(out, rule->choices, *(const int *)slot); break;
    case PROTOBUF_C_TYPE_STRING: json_out_string(out, *(char *const *)slot); break;
    case PROTOBUF_C_TYPE_BYTES: write_bytes(out, rule->format, slot); break;
    case PROTOBUF_C_TYPE_MESSAGE: write_nested(out, rule->message, *(void *const *)slot); break;
    case PROTOBUF_C_TYPE_INT32: write_number(out, rule, *(const int32_t *)slot); break;
    case PROTOBUF_C_TYPE_UINT32: write_number(out, rule, *(const uint32_t *)slot); break;
    default: write_number(out, rule, *(const int64_t *)slot); break; /* uint64 too: versions stay far below 2^63 */
    }
}

/* --- fields --- */

static void write_list(struct json_out *out, const struct field_rule *rule, ProtobufCType type, const char *items,
                       size_t n)
{
    size_t bytes = contract_item_bytes(type);
    write_char(out, '[');
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            write_char(out, ',');
        write_value(out, rule, type, items + i * bytes);
    }
    write_char(out, ']');
}

/* An absent field with a default holds it already (protobuf-c, at init and at unpacking). */
static bool is_null(const ProtobufCFieldDescriptor *field, const char *message)
{
    if (field->label != PROTOBUF_C_LABEL_OPTIONAL || field->default_value)
        return false;
    if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE)
        return *(void *const *)(const void *)(message + field->offset) == NULL;
    return !*(const protobuf_c_boolean *)(const void *)(message + field->quantifier_offset);
}

static void write_field(struct json_out *out, const struct field_rule *rule, const ProtobufCFieldDescriptor *field,
                        const char *message)
{
    const void *slot = message + field->offset;
    out->field = rule->json;
    json_out_raw_bytes(out, rule->key, rule->key_bytes);
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        write_list(out, rule, field->type, *(const char *const *)slot,
                   *(const size_t *)(const void *)(message + field->quantifier_offset));
    else if (is_null(field, message))
        json_out_raw_bytes(out, "null", 4);
    else
        write_value(out, rule, field->type, slot);
}

static void write_message(struct json_out *out, const struct message_rule *rule, const ProtobufCMessage *message)
{
    bool first = true;
    write_char(out, '{');
    for (unsigned i = 0; i < rule->type->n_fields; i++) {
        if (rule->fields[i].server || rule->fields[i].mask)
            continue;
        if (!first)
            write_char(out, ',');
        first = false;
        write_field(out, &rule->fields[i], &rule->type->fields[i], (const char *)message);
    }
    write_char(out, '}');
}

void json_out_message(struct json_out *out, const ProtobufCMessage *message)
{
    if (!message) {
        json_out_raw(out, "null");
        return;
    }
    const struct message_rule *rule = contract_rule(message->descriptor);
    assert(rule);
    write_message(out, rule, message);
}

char *json_out_finish(struct json_out *out, size_t *ret_bytes)
{
    *room_for(out, 1) = '\0';
    *ret_bytes = out->used;
    return out->text;
}

char *json_write(TALLOC_CTX *ctx, const ProtobufCMessage *message, size_t *ret_bytes)
{
    struct json_out *out = json_out_new(ctx);
    json_out_message(out, message);
    return json_out_finish(out, ret_bytes);
}
