/* SQL of transfers in a batch of commands. Table: transfer (012_members.sql). Everything queues on the connection's
 * pipeline; results are owned by `ctx`; the thread of the connection. */
#ifndef SOTAY_AUTH_TRANSFER_STORE_H
#define SOTAY_AUTH_TRANSFER_STORE_H

#include "common/pg/pg.h"
#include "services/auth/transfer/transfer.h"

/* These, and the open ones of these members; locked, in the order of their ids. */
struct pg_result *transfer_store_load_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *ids, size_t n,
                                            const struct uuid *members, size_t n_members);
/* After the flush. */
void transfer_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct transfer *ret_transfer);

/* Adds or replaces: a statement that takes many, one `_add` for each, then pg_queue. */
struct pg_args *transfer_store_put(TALLOC_CTX *ctx);
void transfer_store_put_add(struct pg_args *args, const struct transfer *transfer);

#endif
