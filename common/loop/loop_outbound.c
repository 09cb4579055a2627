#include "common/loop/loop_outbound.h"

#include "common/base/mem.h"

Pb__OutboundMessage *loop_outbound(TALLOC_CTX *ctx, enum topic topic, const struct uuid *key, ProtobufCBinaryData value,
                                   bool tombstone)
{
    Pb__OutboundMessage *out = mem_new(ctx, Pb__OutboundMessage);
    pb__outbound_message__init(out);
    out->topic = (uint32_t)topic;
    out->key = uuid_to_pb(ctx, key);
    out->has_value = !tombstone;
    out->value = value;
    return out;
}
