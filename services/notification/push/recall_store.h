/* SQL that recalls a notification while its push is held. Queues on the pipeline of the caller's thread; results are
 * owned by `ctx`. Items are locked before their shards, as the batch that tells does. */
#ifndef SOTAY_NOTIFICATION_RECALL_STORE_H
#define SOTAY_NOTIFICATION_RECALL_STORE_H

#include "common/pg/pg.h"
#include "services/directory/directory.h"

struct recall {
    struct uuid notification;
    struct directory_org issuer; /* its id and path */
    bool has_by;
    struct uuid by;
    int64_t held_until_us; /* 0: it was not held, or is recalled */
};

/* Locks these items and their shards. Rows of both: recall_store_read, and ids whose sending has begun. */
struct recall_rows {
    struct pg_result *items, *begun;
};
struct recall_rows recall_store_lock(TALLOC_CTX *ctx, struct pg *pg, const struct uuid notifications[], size_t n);
void recall_store_read(TALLOC_CTX *ctx, const struct pg_result *items, size_t row, struct recall *ret_recall);

/* No phone rings for them, and their items disappear. */
void recall_store_end(TALLOC_CTX *ctx, struct pg *pg, const struct uuid notifications[], size_t n, int64_t at_us);

#endif
