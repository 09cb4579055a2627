/* Sends records and events of jobs that stand outside the loop (import, seed, republish), pipelined: queue many, then
 * wait for all acknowledgements before the job's cursor moves. Doubles are harmless: records carry versions, events
 * ids. One thread. */
#ifndef SOTAY_AUTH_PUBLISH_H
#define SOTAY_AUTH_PUBLISH_H

#include "common/base/uuid.h"
#include "common/kafka/kafka.h"
#include "services/auth/store.h"

struct publisher;
struct publisher *publisher_new(struct kafka_producer *producer); /* ended by publish_end */
void publish_records(struct publisher *publisher, enum topic topic, const struct store_records *records);
/* On auth.events, keyed by the member. The message's id comes from `cause` and `number`. */
void publish_event(struct publisher *publisher, const struct uuid *cause, uint64_t number, const struct uuid *member,
                   const ProtobufCMessage *event);
void publish_device(struct publisher *publisher, const struct uuid *cause, uint64_t number,
                    const struct store_device *device);
/* Blocks until everything was acknowledged, within a minute (a message is given up after half of that).
 * ERR_UNAVAILABLE: something was not, nobody knows what. */
MUST_CHECK enum err publish_wait(struct publisher *publisher);
/* Frees it when every report has come, after a failure too. After ERR_TIMEOUT it stays: late reports still find it.
 * NULL: nothing. */
void publish_end(struct publisher *publisher);

#endif
