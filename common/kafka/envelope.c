#include "common/kafka/envelope.h"

enum { SCHEMA_VERSION = 1 };

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
