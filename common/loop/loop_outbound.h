/* A message of ours on its way to the queue, as the outbox keeps it. Any thread. */
#ifndef SOTAY_COMMON_LOOP_OUTBOUND_H
#define SOTAY_COMMON_LOOP_OUTBOUND_H

#include "common/base/uuid.h"
#include "common/kafka/kafka.h"
#include "sotay/v1/envelope.pb-c.h"

/* Borrows the value's bytes. */
Pb__OutboundMessage *loop_outbound(TALLOC_CTX *ctx, enum topic topic, const struct uuid *key, ProtobufCBinaryData value,
                                   bool tombstone);

#endif
