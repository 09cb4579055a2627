/* SQL of the sums: own_month and org_month, own_total and org_total (schema/). Everything queues on the caller's
 * pipeline, on its thread; statements see what those before them left. */
#ifndef SOTAY_ANALYTICS_COUNTS_STORE_H
#define SOTAY_ANALYTICS_COUNTS_STORE_H

#include "common/pg/pg.h"
#include "services/analytics/counts/counted.h"

/* One batch at a time, whichever instance: what it loads is then what its counts are added to. */
void counts_store_lock(struct pg *pg, TALLOC_CTX *ctx);

/* Where in the tree organisations count: id, path, whether it is a branch. No row: under itself alone. No ids queue
 * nothing. */
struct pg_result *counts_store_nodes(struct pg *pg, TALLOC_CTX *ctx, const struct uuid orgs[], size_t n);

/* Added to the organisations named, each named once (a month), and to all above them. */
struct pg_args *counts_store_months(TALLOC_CTX *ctx);
void counts_store_add_month(struct pg_args *args, const struct uuid *org, int32_t month,
                            const struct month_counts *counts);
struct pg_args *counts_store_totals(TALLOC_CTX *ctx);
void counts_store_add_total(struct pg_args *args, const struct uuid *org, const struct total_counts *counts);

/* Organisations whose row in the directory is new: all that they count goes along if they moved in the tree. */
void counts_store_move(struct pg *pg, TALLOC_CTX *ctx, const struct uuid orgs[], size_t n);

#endif
