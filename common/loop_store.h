/* The loop's own SQL: positions, seen ids, outbox, timers, attempts, dead letters (schema/001_loop.sql). Every function queues on
 * the pipeline or runs at once, as its name says (`_queue_` queues); called on the thread that owns the pg. */
#ifndef SOTAY_COMMON_LOOP_STORE_H
#define SOTAY_COMMON_LOOP_STORE_H

#include "common/err.h"
#include "common/pg.h"

struct loop_position {
    int32_t topic, partition;
    int64_t expected, next, announced;
};
struct loop_seen {
    struct uuid message_id, aggregate_id, resource_id, actor_id;
    const char *kind;
    ProtobufCBinaryData body_hash, fields;
    const char *code; /* NULL: succeeded */
    uint64_t version;
    int64_t created_at_us, settled_at_us;
};

/* Makes the row where it is absent (from the beginning), then reads it into `p`. */
MUST_CHECK enum err loop_store_position(struct pg *pg, const char *cluster, struct loop_position *p);
/* Every position of the cluster: topic, partition, next. */
MUST_CHECK enum err loop_store_positions(struct pg *pg, TALLOC_CTX *ctx, const char *cluster, struct pg_result **ret_rows);
/* Only reads: an absent row is the beginning. */
MUST_CHECK enum err loop_store_read_position(struct pg *pg, const char *cluster, struct loop_position *p);
/* ERR_CONFIG when this database has positions of other clusters only: it belongs to another Kafka. */
MUST_CHECK enum err loop_store_check_cluster(struct pg *pg, const char *cluster);
/* Advances all; the result's affected rows must equal n, or another owner took over. */
struct pg_result *loop_store_queue_advance(struct pg *pg, TALLOC_CTX *ctx, const char *cluster, const struct loop_position p[], size_t n);
MUST_CHECK enum err loop_store_announced(struct pg *pg, TALLOC_CTX *ctx, const char *cluster, const struct loop_position p[], size_t n);

struct pg_result *loop_store_queue_seen(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n);
void loop_store_read_seen(TALLOC_CTX *ctx, const struct pg_result *result, size_t row, struct loop_seen *ret_seen);
struct pg_args *loop_store_seen_args(TALLOC_CTX *ctx);
void loop_store_add_seen(struct pg_args *args, const struct loop_seen *seen);
/* Outcomes settled before then (some thousands at a time: *ret_more says there are others), and attempts of messages that were done after all. */
MUST_CHECK enum err loop_store_forget(struct pg *pg, TALLOC_CTX *ctx, int64_t before_us, bool *ret_more);

struct pg_args *loop_store_outbox_args(TALLOC_CTX *ctx);
void loop_store_add_outbox(struct pg_args *args, const char *cluster, const struct loop_position *p, ProtobufCBinaryData announcement);
MUST_CHECK enum err loop_store_unannounced(struct pg *pg, TALLOC_CTX *ctx, const char *cluster, const struct loop_position *p,
                                           struct pg_result **ret_rows); /* columns: next, announcement */

void loop_store_queue_loose(struct pg *pg, TALLOC_CTX *ctx, ProtobufCBinaryData announcement);
/* Opens a transaction that holds the claimed rows; columns: id, announcement. End it with loop_store_release. */
MUST_CHECK enum err loop_store_claim_loose(struct pg *pg, TALLOC_CTX *ctx, struct pg_result **ret_rows);
MUST_CHECK enum err loop_store_release_loose(struct pg *pg, TALLOC_CTX *ctx, const struct pg_result *rows);

struct pg_args *loop_store_timer_args(TALLOC_CTX *ctx);
void loop_store_add_timer(struct pg_args *args, const char *kind, const struct uuid *aggregate, int64_t due_us,
                          ProtobufCBinaryData command);
/* As for loose rows; columns: kind, aggregate_id, due_us, command. */
MUST_CHECK enum err loop_store_claim_timers(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us, struct pg_result **ret_rows);
MUST_CHECK enum err loop_store_release_timers(struct pg *pg, TALLOC_CTX *ctx, const struct pg_result *rows);
MUST_CHECK enum err loop_store_rollback(struct pg *pg);

MUST_CHECK enum err loop_store_count_attempt(struct pg *pg, TALLOC_CTX *ctx, const struct loop_position *at, const char *reason,
                                             int *ret_attempts);
/* Columns: topic, partition, offset, attempts, reason. */
MUST_CHECK enum err loop_store_attempts(struct pg *pg, TALLOC_CTX *ctx, struct pg_result **ret_rows);

struct loop_dead {
    int32_t topic, partition;
    int64_t offset, died_at_us;
    const char *kind, *reason;
    ProtobufCBinaryData key, record;
};
void loop_store_queue_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_dead *dead);
MUST_CHECK enum err loop_store_dead(struct pg *pg, TALLOC_CTX *ctx, struct loop_dead **ret_dead, size_t *ret_n);
MUST_CHECK enum err loop_store_drop_dead(struct pg *pg, TALLOC_CTX *ctx, int32_t topic, int32_t partition, int64_t offset, bool *ret_found);
/* One transaction: forgets the message's outcome, queues `announcement` as a loose row, drops the letter. */
MUST_CHECK enum err loop_store_replay_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_dead *dead, const struct uuid *message_id,
                                           ProtobufCBinaryData announcement);

#endif
