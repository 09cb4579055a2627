/* The SQL of positions: where each partition goes on, whose it is, and whether it is read at all. Table: position
 * (schema/). Every function queues on the pipeline or runs at once, as its name says (`_queue_` queues); called on the
 * thread that owns the pg. */
#ifndef SOTAY_COMMON_LOOP_STORE_POSITIONS_H
#define SOTAY_COMMON_LOOP_STORE_POSITIONS_H

#include "common/base/err.h"
#include "common/pg/pg.h"

struct loop_position {
    int32_t topic, partition;
    struct uuid owner;          /* the row's, while it is ours */
    int64_t expected, next;     /* of a batch: from where to where it moves */
    struct loop_last {          /* the record before `next` */
        int64_t append_time_us; /* 0: none is known */
        struct uuid hash;       /* of its key and value */
    } last;
};

/* Rows as they are read; their texts live in the context that was given. */
struct loop_position_rows {
    size_t n;
    struct loop_position_row {
        struct loop_position position;
        const char *cluster;
        const char *stopped; /* why it is read no further; NULL: it is read */
    } * items;
};

/* The row's `next`; of an absent row 0, the beginning. */
int64_t loop_position_rows_next(const struct loop_position_rows *rows, int32_t topic, int32_t partition);

/* A new assignment: makes the rows that are absent (from the beginning), and writes the owners into all. It waits for
 * the transaction of an owner of before that holds a row, and so reads what that commits. */
MUST_CHECK enum err loop_store_take_positions(struct pg *pg, TALLOC_CTX *ctx, const char *cluster,
                                              const struct loop_position p[], size_t n,
                                              struct loop_position_rows *ret_rows);
/* Every row of the cluster; NULL: of all clusters, what was processed last at the end. */
MUST_CHECK enum err loop_store_positions(struct pg *pg, TALLOC_CTX *ctx, const char *cluster,
                                         struct loop_position_rows *ret_rows);
/* ERR_CONFIG when this database has positions of other clusters only: it belongs to another Kafka. */
MUST_CHECK enum err loop_store_check_cluster(struct pg *pg, const char *cluster);

/* Moves all; the result's affected rows must equal n, or another owner took over, or a partition was stopped. */
struct pg_result *loop_store_queue_advance(struct pg *pg, TALLOC_CTX *ctx, const char *cluster,
                                           const struct loop_position p[], size_t n);
/* The owner reads it no further. ERR_RETRY: it is another's. */
MUST_CHECK enum err loop_store_stop_position(struct pg *pg, const char *cluster, const struct loop_position *p,
                                             const char *why);
/* An operator has them read from `next` on, whatever stopped them, all or none; `owner` is nobody's, so that who reads
 * them asks again. The attempts that were counted there go: they may be those of other messages. What was to be told in
 * another cluster is told in this one. */
MUST_CHECK enum err loop_store_reread_positions(struct pg *pg, const char *cluster,
                                                const struct loop_position positions[], size_t n);

#endif
