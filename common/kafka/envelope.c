#include "common/kafka/envelope.h"

#include "common/base/mem.h"

enum { SCHEMA_VERSION = 1, BUNDLE_FIRST_BYTE = 15 << 3 | 2 /* field 15, length-delimited */ };

void envelope_begin(TALLOC_CTX *ctx, Pb__Envelope *ret_envelope, const struct uuid *id, const struct uuid *aggregate,
                    const char *kind, ProtobufCBinaryData payload)
{
    pb__envelope__init(ret_envelope);
    ret_envelope->message_id = uuid_to_pb(ctx, id);
    ret_envelope->kind = (char *)(uintptr_t)kind; /* packed, never written */
    ret_envelope->schema_version = SCHEMA_VERSION;
    ret_envelope->aggregate_id = uuid_to_pb(ctx, aggregate);
    ret_envelope->payload = payload;
}

Pb__Bundle *envelope_unbundle(TALLOC_CTX *ctx, const void *value, size_t value_bytes)
{
    if (value_bytes == 0 || *(const uint8_t *)value != BUNDLE_FIRST_BYTE)
        return NULL;
    return (Pb__Bundle *)mem_unpack(ctx, &pb__bundle__descriptor, value, value_bytes);
}
