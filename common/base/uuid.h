/* Ids: 16 bytes, RFC 9562. Every id that a handler makes comes from its message's id, so that replaying gives the same
 * state. Ours are of version 8:
 *
 *      0                    6        8                                  16
 *      | time, 48 bits      | 8 hash | 10 hash                           |     (8: 4 bits of version, 10: 2 of variant)
 *
 * The time is in milliseconds since 1970, as in a UUIDv7, so that ids that are made one after the other stand together
 * in an index. A message's id has the time of its Idempotency-Key where that is a UUIDv7, and what is derived from the
 * message keeps it. Nobody's clock corrects it, and nothing but the place in an index may depend on it: it is what a
 * client says, and where the key is another these 48 bits are bits of the hash.
 * Pure (but for uuid_random and uuid_random_at), any thread. */
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

/* For what begins something: a session, a lease (version 4); a message without a key, a job that sends events
 * (version 7, of this time). */
struct uuid uuid_random(void);
struct uuid uuid_random_at(int64_t at_us);

/* Version 8 of SHA-256 over the parts, each preceded by its length (32-bit big endian), so that no two lists
 * collide. Without a time: all bits are the hash's. */
struct uuid uuid_hash(size_t n, const void *const parts[], const size_t part_bytes[]);

/* The id with this time, or with that of `from`, in place of its leading 48 bits. */
struct uuid uuid_at(struct uuid id, int64_t at_us);
struct uuid uuid_at_time_of(struct uuid id, const struct uuid *from);
bool uuid_is_v7(const struct uuid *id); /* by version and variant */

/* A child's id: SHA-256(parent, label, number) at the parent's time. uuid_derive(&message_id, "agenda", 2). */
struct uuid uuid_derive(const struct uuid *parent, const char *label, uint64_t number);

/* Between ids and protobuf `bytes`. uuid_from_pb: ERR_FIELD_FORMAT unless there are 16 bytes. */
MUST_CHECK enum err uuid_from_pb(ProtobufCBinaryData data, struct uuid *ret_id);
struct uuid uuid_or_zero(ProtobufCBinaryData data); /* zero, which is found nowhere, where the bytes are no id */
ProtobufCBinaryData uuid_to_pb(void *ctx, const struct uuid *id);               /* copied into ctx */
ProtobufCBinaryData *uuids_to_pb(void *ctx, const struct uuid ids[], size_t n); /* so is each */

#endif
