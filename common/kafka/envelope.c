#include "common/kafka/envelope.h"

#include "common/base/mem.h"

enum {
    SCHEMA_VERSION = 1,
    BUNDLE_FIRST_BYTE = 15 << 3 | 2, /* field 15, length-delimited */
    BUNDLE_BYTES = 900 * 1024,       /* below 1 MiB with what stands around the envelopes */
    FRAME_BYTES = 8
};

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

bool envelope_bundle_has_room(const struct envelope_bundle *bundle, size_t envelope_bytes)
{
    return bundle->envelopes.n == 0 || bundle->bytes + envelope_bytes + FRAME_BYTES <= BUNDLE_BYTES;
}

void envelope_bundle_add(TALLOC_CTX *ctx, struct envelope_bundle *bundle, ProtobufCBinaryData envelope)
{
    array_add(ctx, &bundle->envelopes, envelope);
    bundle->bytes += envelope.len + FRAME_BYTES;
}

ProtobufCBinaryData envelope_bundle_value(TALLOC_CTX *ctx, const struct envelope_bundle *bundle)
{
    Pb__Bundle packed = PB__BUNDLE__INIT;
    packed.n_envelopes = bundle->envelopes.n;
    packed.envelopes = bundle->envelopes.items;
    return bundle->envelopes.n == 1 ? bundle->envelopes.items[0] : mem_pack(ctx, &packed.base);
}

Pb__Bundle *envelope_unbundle(TALLOC_CTX *ctx, const void *value, size_t value_bytes)
{
    if (value_bytes == 0 || *(const uint8_t *)value != BUNDLE_FIRST_BYTE)
        return NULL;
    return (Pb__Bundle *)mem_unpack(ctx, &pb__bundle__descriptor, value, value_bytes);
}
