/* Sends records and events of jobs that stand outside the loop (import, seed, republish), pipelined: queue many, then wait for all
 * acknowledgements before the job's cursor moves. Doubles are harmless: records carry versions, events ids. One thread. */
#ifndef SOTAY_AUTH_PUBLISH_H
#define SOTAY_AUTH_PUBLISH_H

#include "common/kafka.h"
#include "common/uuid.h"
#include "services/auth/store.h"

struct publisher;
struct publisher *publisher_new(TALLOC_CTX *ctx, struct kafka_producer *producer);
void publish_records(struct publisher *publisher, enum topic topic, const struct store_records *records);
/* On auth.events, keyed by the member. The message's id comes from `cause` and `number`. */
void publish_event(struct publisher *publisher, const struct uuid *cause, uint64_t number, const struct uuid *member,
                   const ProtobufCMessage *event);
void publish_device(struct publisher *publisher, const struct uuid *cause, uint64_t number, const struct store_device *device);
/* Blocks until everything was acknowledged. ERR_UNAVAILABLE: something was not, nobody knows what. The publisher must not be freed
 * after ERR_TIMEOUT: late reports still find it. */
MUST_CHECK enum err publish_wait(struct publisher *publisher, int deadline_ms);

#endif
