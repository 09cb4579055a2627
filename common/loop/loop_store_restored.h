/* The restore mark: whether, and when, an operator said that this database had come back from a backup. Table:
 * restoration (schema/004_restoration.sql). A service asks where it would take what the queue replays for new (a push),
 * or what a client has for forged (a refresh token). One thread: the owner of the pg. */
#ifndef SOTAY_COMMON_LOOP_STORE_RESTORED_H
#define SOTAY_COMMON_LOOP_STORE_RESTORED_H

#include "common/pg/pg.h"

struct restoration {
    int64_t number;       /* rises with each mark; 0: this database was never restored */
    int64_t marked_at_us; /* the service's clock (service_now_us); 0: never */
};
/* Queues the question for the newest mark on the pipeline. */
struct pg_result *loop_store_restored_queue(struct pg *pg, TALLOC_CTX *ctx);
/* After the flush. */
struct restoration loop_store_restored(const struct pg_result *row);

/* Sets a mark, in a transaction of its own. Blocks for one round trip; errors as pg_run. */
MUST_CHECK enum err loop_store_mark_restored(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us);

#endif
