/* Sends the records and events of jobs that stand outside the loop (bootstrap, import, republish, seed): a job queues
 * many, then waits for all acknowledgements before its cursor moves. Sending twice is harmless: records carry versions,
 * events ids. One thread, which made it, uses a publisher. */
#ifndef SOTAY_AUTH_PUBLISHER_H
#define SOTAY_AUTH_PUBLISHER_H

#include "common/base/uuid.h"
#include "common/kafka/kafka.h"

/* A packed record of a compacted topic, and its key. */
struct record {
    struct uuid id;
    ProtobufCBinaryData packed;
};
struct records {
    struct record *items;
    size_t n;
};

struct publisher;
struct publisher *publisher_new(struct kafka_producer *producer); /* ended by publisher_end */
/* Copies the records; blocks while the producer's queue is full, at most 30 s. */
void publisher_send_records(struct publisher *publisher, enum topic topic, const struct records *records);
/* On auth.events, keyed by the member. The message's id is derived from `cause` and `number`. Blocks likewise. */
void publisher_send_event(struct publisher *publisher, const struct uuid *cause, uint64_t number,
                          const struct uuid *member, const ProtobufCMessage *event);
/* Blocks until everything was acknowledged, at most a minute (a message is given up after half of that: ERR_TIMEOUT).
 * ERR_UNAVAILABLE: something was not acknowledged, and may or may not be on the topic. */
MUST_CHECK enum err publisher_wait(struct publisher *publisher);
/* Waits, and frees the publisher once every report has come, after a failure too. After ERR_TIMEOUT it is never freed,
 * because late reports still use it. NULL: nothing. */
void publisher_end(struct publisher *publisher);

#endif
