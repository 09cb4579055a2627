/* How messages become few requests: of each topic one group after the other, and one record for those of a group that
 * go into the same partition.
 *
 *   kafka_gather_enter ─▶ no group is out: it goes at once, a group of one
 *                     └─▶ a group is out: it waits ─▶ all of that group were answered, or it waited long enough: all
 *                                                     that waits is the next group
 *   group ─▶ kafka_shipment_take: what is one record, until the group is empty
 *
 * Answered means by who reads the topic, not by the broker: so a group grows to what its reader takes in a turn, and
 * each of the reader's turns, commits and announcements is for many. A group that is not answered whole holds the next
 * back no longer than any message may wait; then only the newest counts, and for a second it is enough that the broker
 * has reported a group: a partition that stands still, or a reader that is away, makes nobody wait each time.
 * Of the producer alone. A gathering is used by any thread; a group, and a shipment, by the thread that has it. */
#ifndef SOTAY_COMMON_KAFKA_GATHER_H
#define SOTAY_COMMON_KAFKA_GATHER_H

#include "common/kafka/kafka_internal.h"
#include <protobuf-c/protobuf-c.h>
#include <pthread.h>
#include <sys/queue.h>

/* A message from kafka_produce until its report. It belongs to nobody's context, then to its shipment. */
struct kafka_pending {
    STAILQ_ENTRY(kafka_pending) entry;
    kafka_report_fn *fn;
    void *arg;
    size_t topic_index, key_bytes, value_bytes;
    uint64_t group;    /* the number of its group, once that is out */
    int32_t partition; /* RD_KAFKA_PARTITION_UA: whichever librdkafka chooses */
    bool is_tombstone;
    char bytes[]; /* key, value */
};
STAILQ_HEAD(kafka_group, kafka_pending);

/* A record on its way. It owns its messages and the value, and lives until the record is reported. */
struct kafka_shipment {
    struct kafka_group messages;
    size_t n;
    ProtobufCBinaryData value; /* no data: a tombstone */
};

struct kafka_gathering {
    int64_t wait_us; /* a message waits at most so long */
    pthread_mutex_t lock;
    struct kafka_gathered {
        struct kafka_group waiting;
        size_t n_waiting;
        int64_t since_us; /* monotonic; the first of those that wait */
        uint64_t group;   /* the newest that is out, of which so many are not answered, or reported */
        size_t n_out;
        bool by_report;             /* of that group: reports count, not answers */
        int64_t by_report_until_us; /* monotonic */
    } topics[TOPIC_COUNT];
};

void kafka_gathering_init(struct kafka_gathering *gathering, int wait_ms);
void kafka_gathering_done(struct kafka_gathering *gathering);
/* What is to be sent now, by the caller: the message, nothing, or all of its topic that has waited long enough.
 * ERR_OVERLOADED: nothing was taken. */
MUST_CHECK enum err kafka_gather_enter(struct kafka_gathering *gathering, struct kafka_pending *pending,
                                       struct kafka_group *ret_group);
enum kafka_leave { KAFKA_ANSWERED, KAFKA_REPORTED, KAFKA_FAILED /* neither will be */ };
/* So many of a group have come so far. After the last one, what waits is the caller's to send. */
struct kafka_group kafka_gather_leave(struct kafka_gathering *gathering, size_t topic_index, uint64_t group, size_t n,
                                      enum kafka_leave how);
/* What has waited for long, so that a reader that is slow to answer holds nobody back. */
struct kafka_group kafka_gather_late(struct kafka_gathering *gathering);
/* All that waits. */
struct kafka_group kafka_gather_rest(struct kafka_gathering *gathering);

/* The group's first message and, where messages are envelopes that go together, those of its partition behind it in
 * their order. */
struct kafka_shipment *kafka_shipment_take(struct kafka_group *group, bool together);
/* Reports all messages, each with its group, and frees the shipment. */
void kafka_shipment_settle(struct kafka_shipment *shipment, const struct kafka_report *report);

#endif
