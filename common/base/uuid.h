/* Ids: 16 bytes, RFC 9562. Every id that a handler makes comes from its message's id, so that replaying gives the same
 * state. Pure, any thread. */
#ifndef SOTAY_COMMON_UUID_H
#define SOTAY_COMMON_UUID_H

#include "common/base/err.h"
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct uuid {
    uint8_t bytes[16];
};
#define UUID_TEXT_BYTES 37 /* with the final NUL */

void uuid_format(const struct uuid *id, char text[UUID_TEXT_BYTES]);   /* lower case, with hyphens */
MUST_CHECK enum err uuid_parse(const char *text, struct uuid *ret_id); /* ERR_FIELD_FORMAT */
bool uuid_equal(const struct uuid *a, const struct uuid *b);
int uuid_compare(const struct uuid *a, const struct uuid *b); /* as PostgreSQL orders uuid */
bool uuid_is_zero(const struct uuid *id);
struct uuid uuid_random(void); /* version 4; for what begins something: a message without a key, a session, a job */

/* Version 8 of SHA-256 over the parts, each preceded by its length (32-bit big endian), so that no two lists
 * collide. */
struct uuid uuid_hash(size_t n, const void *const parts[], const size_t part_bytes[]);

/* A child's id: SHA-256(parent, label, number). uuid_derive(&message_id, "agenda", 2). */
struct uuid uuid_derive(const struct uuid *parent, const char *label, uint64_t number);

/* Between ids and protobuf `bytes`. uuid_from_pb: ERR_FIELD_FORMAT unless there are 16 bytes. */
MUST_CHECK enum err uuid_from_pb(ProtobufCBinaryData data, struct uuid *ret_id);
struct uuid uuid_or_zero(ProtobufCBinaryData data); /* zero, which is found nowhere, where the bytes are no id */
ProtobufCBinaryData uuid_to_pb(void *ctx, const struct uuid *id); /* copied into ctx */

#endif
