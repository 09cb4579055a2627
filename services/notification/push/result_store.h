/* SQL of what became of a chunk of one account: results, counts, tokens that are gone, cursors, and which pushes are
 * settled. All of a chunk is queued in one transaction, in the order of this file; recorded twice, it counts once.
 * Queues on the pipeline of the caller's thread. */
#ifndef SOTAY_NOTIFICATION_RESULT_STORE_H
#define SOTAY_NOTIFICATION_RESULT_STORE_H

#include "services/notification/push/shard_store.h"

void result_store_add(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account,
                      const struct push_target targets[], size_t n, int64_t at_us);

/* Moves the shards' cursors: it touches a row for each whose lease the account's owner has. Not for devices that are
 * tried again. */
struct pg_result *result_store_move(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account,
                                    const struct push_shard shards[], size_t n);

/* The pushes have started, at the latest at `started_at_us` (0: nothing was sent); they are settled where nothing is
 * left at any account. Their rows are locked, so that of two accounts that end at once one sees what the other has
 * done. */
void result_store_settle(TALLOC_CTX *ctx, struct pg *pg, const struct push_shard shards[], size_t n,
                         int64_t started_at_us, int64_t at_us);

#endif
