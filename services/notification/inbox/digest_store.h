/* SQL of the table `digest`. Queues on the pipeline of the caller's thread; results are owned by `ctx`. */
#ifndef SOTAY_NOTIFICATION_DIGEST_STORE_H
#define SOTAY_NOTIFICATION_DIGEST_STORE_H

#include "common/pg/pg.h"
#include "services/notification/inbox/digest.h"

/* Those that are there, locked in the order of keys: a row for digest_store_read each. */
struct pg_result *digest_store_lock(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *keys, size_t n);
void digest_store_read(const struct pg_result *rows, size_t row, struct digest *ret_digest);

/* Somebody has read these items: those that are digests gather no more. */
void digest_store_close(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *items, size_t n);

/* Rows to be queued: each digest as it is now. */
struct pg_args *digest_store_rows(TALLOC_CTX *ctx);
void digest_store_add(struct pg_args *rows, const struct digest *digest);

#endif
