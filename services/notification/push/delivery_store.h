/* SQL of what became of a push. Queues on the pipeline of the caller's thread; results are owned by `ctx`. */
#ifndef SOTAY_NOTIFICATION_DELIVERY_STORE_H
#define SOTAY_NOTIFICATION_DELIVERY_STORE_H

#include "common/base/uuid.h"
#include "common/pg/pg.h"

/* One row, or none: recipients, started and settled at, and for the right to see it the item's issuing organisation and
 * its path. */
struct pg_result *delivery_store_push(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification);
/* A row for each status and code: status, code, n. */
struct pg_result *delivery_store_counts(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification);

#endif
