/* The loop's own SQL: processed ids, outbox, timers (schema/); beside it loop_store_dead.h, loop_store_positions.h and
 * loop_store_restored.h. Every function queues on the pipeline or runs at once, as its name says (`_queue_` queues);
 * called on the thread that owns the pg. */
#ifndef SOTAY_COMMON_LOOP_STORE_H
#define SOTAY_COMMON_LOOP_STORE_H

#include "common/base/err.h"
#include "common/loop/loop_store_positions.h"
#include "common/pg/pg.h"

struct loop_offset { /* of one message */
    const char *cluster;
    int32_t topic, partition;
    int64_t offset;
    int32_t place; /* among the messages of one record */
};
struct loop_row { /* of the outbox */
    int32_t topic, partition;
    int64_t id;
};
struct loop_processed {
    struct uuid message_id, aggregate_id, resource_id, actor_id;
    const char *kind;
    ProtobufCBinaryData body_hash, fields;
    const char *code; /* NULL: succeeded */
    uint64_t version;
    int64_t created_at_us, settled_at_us;
    bool after_events; /* nobody is told before Kafka has acknowledged the events of its commit */
    bool is_held;      /* of one that was read: it has not yet, or the commit's rows were not yet dropped */
};

struct pg_result *loop_store_queue_processed(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n);
void loop_store_read_processed(TALLOC_CTX *ctx, const struct pg_result *result, size_t row,
                               struct loop_processed *ret_processed);
struct pg_args *loop_store_processed_args(TALLOC_CTX *ctx);
void loop_store_add_processed(struct pg_args *args, const struct loop_processed *processed);
enum { LOOP_SWEEP_ROWS = 5000 };
/* A part of the processed messages, by id, both ends excluded; and until when those with a body hash (commands of
 * clients) and the others must have been settled to go. */
struct loop_stretch {
    struct uuid after, before;
    int64_t commands_before_us, events_before_us;
};
struct loop_swept {
    size_t rows, gone; /* looked at, at most LOOP_SWEEP_ROWS; forgotten */
    struct uuid last;  /* of those looked at */
};
/* The stretch's first rows; and attempts of messages that were done after all. */
MUST_CHECK enum err loop_store_sweep(struct pg *pg, TALLOC_CTX *ctx, const struct loop_stretch *stretch,
                                     struct loop_swept *ret_swept);

/* Rows of the commit under way; the queued statement's result names them: loop_store_outbox_row. */
struct pg_args *loop_store_outbox_args(TALLOC_CTX *ctx);
void loop_store_add_outbox(struct pg_args *args, const char *cluster, int32_t topic, int32_t partition,
                           ProtobufCBinaryData announcement);
struct loop_row loop_store_outbox_row(const struct pg_result *result, size_t row);
/* All rows of n partitions in the order of their commits; columns: those of a loop_store_outbox_row, announcement. */
MUST_CHECK enum err loop_store_unannounced(struct pg *pg, TALLOC_CTX *ctx, const char *cluster, const int32_t topics[],
                                           const int32_t partitions[], size_t n, struct pg_result **ret_rows);
MUST_CHECK enum err loop_store_announced(struct pg *pg, TALLOC_CTX *ctx, const char *cluster,
                                         const struct loop_row rows[], size_t n);

/* For transactions that no message caused. Told in the order of their rows' ids, which for facts under one lock is that
 * of their commits. Column: the transaction's number. */
struct pg_result *loop_store_queue_loose(struct pg *pg, TALLOC_CTX *ctx, ProtobufCBinaryData announcement);
struct pg_result *loop_store_queue_commit(struct pg *pg, TALLOC_CTX *ctx); /* that number alone */
/* The transaction of the oldest row that Kafka has not acknowledged; INT64_MAX: there is none. */
MUST_CHECK enum err loop_store_oldest_commit(struct pg *pg, TALLOC_CTX *ctx, int64_t *ret_commit);

struct pg_args *loop_store_timer_args(TALLOC_CTX *ctx);
void loop_store_add_timer(struct pg_args *args, const char *kind, const struct uuid *aggregate, int64_t due_us,
                          ProtobufCBinaryData command);

/* What is due becomes rows of the outbox under this position, in its order, some at once, as long as the position is
 * ours; the rows are those of loop_store_unannounced. None: there is nothing, or it is another's. */
struct pg_result *loop_store_queue_move_loose(struct pg *pg, TALLOC_CTX *ctx, const char *cluster,
                                              const struct loop_position *own);
/* BEGIN. What it reads is looked up by keys, whatever statistics say. */
void loop_store_queue_keys_begin(struct pg *pg);
/* Takes at most `limit` keys of these topics, with the lock of this position, as long as that is ours: those of one
 * commit, or (0) the oldest. Columns: topic, key, commit_id; the keys of a commit stand together. */
struct pg_result *loop_store_queue_take_keys(struct pg *pg, TALLOC_CTX *ctx, const char *cluster,
                                             const struct loop_position *own, int64_t commit_id, const int32_t topics[],
                                             size_t n_topics, int32_t limit);
/* The first timers that are due, first due first; columns: kind, aggregate_id, due_us, command. */
struct pg_result *loop_store_queue_due_timers(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us);
/* These timers become one row, with the announcement that their commands make. */
MUST_CHECK enum err loop_store_move_timers(struct pg *pg, TALLOC_CTX *ctx, const char *cluster,
                                           const struct loop_position *own, const struct pg_result *timers,
                                           ProtobufCBinaryData announcement, struct pg_result **ret_rows);

/* BEGIN. `deadline_ms`: of each statement in it; 0: the connection's own. */
void loop_store_queue_begin(struct pg *pg, TALLOC_CTX *ctx, int deadline_ms);
MUST_CHECK enum err loop_store_rollback(struct pg *pg);
/* Commits a transaction that does nothing: whether PostgreSQL does so at all. */
MUST_CHECK enum err loop_store_probe(struct pg *pg);

/* Commits whose events Kafka has not acknowledged, or whose rows have not been dropped yet. */
MUST_CHECK enum err loop_store_count_unannounced(struct pg *pg, TALLOC_CTX *ctx, int64_t *ret_n);

/* Kinds of events that nobody took, each noted once: topic, kind. */
struct pg_args *loop_store_kind_args(TALLOC_CTX *ctx);
void loop_store_add_kind(struct pg_args *args, int32_t topic, const char *kind);
MUST_CHECK enum err loop_store_kinds(struct pg *pg, TALLOC_CTX *ctx, struct pg_result **ret_rows);
MUST_CHECK enum err loop_store_drop_kind(struct pg *pg, TALLOC_CTX *ctx, int32_t topic, const char *kind);

#endif
