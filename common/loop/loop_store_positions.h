/* The SQL of positions: where each partition goes on, and whose it is. Table: position (schema/). Every function queues
 * on the pipeline or runs at once, as its name says (`_queue_` queues); called on the thread that owns the pg. */
#ifndef SOTAY_COMMON_LOOP_STORE_POSITIONS_H
#define SOTAY_COMMON_LOOP_STORE_POSITIONS_H

#include "common/base/err.h"
#include "common/pg/pg.h"

struct loop_position {
    int32_t topic, partition;
    struct uuid owner;      /* the row's, while it is ours */
    int64_t expected, next; /* of a batch: from where to where it moves */
};

/* A new assignment: makes the rows that are absent (from the beginning), writes each one's owner into it, and reads
 * `next`. It waits for the transaction of an owner of before that holds a row, and so sees what that commits. */
MUST_CHECK enum err loop_store_take_positions(struct pg *pg, const char *cluster, struct loop_position p[], size_t n);
/* Every position of the cluster: topic, partition, owner, next. */
MUST_CHECK enum err loop_store_positions(struct pg *pg, TALLOC_CTX *ctx, const char *cluster,
                                         struct pg_result **ret_rows);
/* Only reads: an absent row is the beginning. */
MUST_CHECK enum err loop_store_read_position(struct pg *pg, const char *cluster, struct loop_position *p);
/* ERR_CONFIG when this database has positions of other clusters only: it belongs to another Kafka. */
MUST_CHECK enum err loop_store_check_cluster(struct pg *pg, const char *cluster);
/* Advances all; the result's affected rows must equal n, or another owner took over. */
struct pg_result *loop_store_queue_advance(struct pg *pg, TALLOC_CTX *ctx, const char *cluster,
                                           const struct loop_position p[], size_t n);

#endif
