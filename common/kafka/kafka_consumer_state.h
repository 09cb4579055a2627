/* A consumer's state, for kafka_assignment.c (which partitions, from where, how far), kafka_consumer.c (polling, life)
 * and kafka_reader.c. Nobody else includes it. One thread, as kafka.h says. */
#ifndef SOTAY_COMMON_KAFKA_CONSUMER_STATE_H
#define SOTAY_COMMON_KAFKA_CONSUMER_STATE_H

#include "common/kafka/kafka_internal.h"

/* How far a partition was read, against its end when fetching began. `next` is the position that it was read from. */
struct progress {
    int64_t next, end;
    bool known, done;
};

struct kafka_consumer {
    struct kafka_consumer_options options; /* `assigned` NULL: a reader */
    rd_kafka_t *rk;
    rd_kafka_topic_partition_list_t *held; /* NULL: none assigned yet */
    struct progress *progress;             /* of held, same order */
    size_t n_behind;
    bool paused; /* by kafka_pause */
    bool fetching;
    bool heard;       /* since fetching began: what a broker says after it was away may be about another log */
    bool asks_bounds; /* a position was out of its log: `assigned` is told where that begins and ends */
    bool changed;     /* a rebalance was served by this poll */
    enum err failed;  /* what the next poll returns, once */
    enum err stopped; /* ERR_CONFIG or ERR_OWNER_LOST: every poll returns it */
    rd_kafka_topic_partition_list_t *lag;
    int64_t lag_sent_us;
};

/* --- kafka_assignment.c ------------------------------------------------------------------------------------------- */
/* Takes `list` (copied; NULL: nothing) as held, without fetching. */
void kafka_hold(struct kafka_consumer *consumer, const rd_kafka_topic_partition_list_t *list);
/* Fetches what is held from its elements' offsets. */
void kafka_fetch_held(struct kafka_consumer *consumer);
/* Asks for positions where that could not be done when the partitions came; returns what `assigned` said. */
MUST_CHECK enum err kafka_ask_again(struct kafka_consumer *consumer);
/* A broker was away: its log may be another now, so positions are asked for and compared again. */
void kafka_broker_was_away(struct kafka_consumer *consumer);
/* A position is not in its log. */
void kafka_out_of_log(struct kafka_consumer *consumer, const rd_kafka_message_t *message);
/* librdkafka's callback; arg is the consumer. */
void kafka_on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t kind, rd_kafka_topic_partition_list_t *list, void *arg);
/* Counts a record, or the event that a partition has no more, towards "read whole". */
void kafka_note_progress(struct kafka_consumer *consumer, const rd_kafka_message_t *message);
/* Commits what kafka_commit_for_lag was told: all of it, or at most once a second. */
void kafka_lag_send(struct kafka_consumer *consumer);
void kafka_lag_tick(struct kafka_consumer *consumer);

/* --- kafka_consumer.c --------------------------------------------------------------------------------------------- */
/* `more` comes on top of what all consumers have; at most 8. */
MUST_CHECK enum err kafka_consumer_new(TALLOC_CTX *ctx, const struct kafka_consumer_options *options,
                                       const struct kafka_setting more[], size_t n_more,
                                       struct kafka_consumer **ret_consumer);

/* --- kafka_reader.c ----------------------------------------------------------------------------------------------- */
/* A reader of one birth of a topic, from its beginning; blocks and fails as kafka_reader_start. */
MUST_CHECK enum err kafka_reader_start_birth(TALLOC_CTX *ctx, const char *brokers, enum topic topic, int birth,
                                             struct kafka_consumer **ret_consumer);

#endif
