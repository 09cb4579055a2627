/* SQL of fact_contribution (schema/). Queues on the caller's pipeline, on its thread. */
#ifndef SOTAY_ANALYTICS_CONTRIBUTION_STORE_H
#define SOTAY_ANALYTICS_CONTRIBUTION_STORE_H

#include "common/pg/pg.h"

/* A row for each of the ids that is counted already: column 0. */
struct pg_result *contribution_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n);

/* New ones, one statement. `counter`: the column that one adds to (counts_month_name). */
struct pg_args *contribution_store_rows(TALLOC_CTX *ctx);
void contribution_store_add(struct pg_args *rows, const struct uuid *id, const char *counter, const struct uuid *org,
                            int32_t month);

#endif
