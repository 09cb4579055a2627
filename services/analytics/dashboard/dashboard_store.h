/* SQL of dashboards: rows of org_total and of org_month (schema/). Queues on the caller's pipeline, on its thread. */
#ifndef SOTAY_ANALYTICS_DASHBOARD_STORE_H
#define SOTAY_ANALYTICS_DASHBOARD_STORE_H

#include "common/base/keyset.h"
#include "common/pg/pg.h"
#include "services/analytics/dashboard/dashboard.h"
#include "services/directory/directory.h"

/* One row, for dashboard_store_get; zeroes where nothing was counted. */
struct pg_result *dashboard_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *org, int32_t month);
/* A row for each month, both inclusive, in their order. */
struct pg_result *dashboard_store_months(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *org, int32_t from,
                                         int32_t to);
void dashboard_store_get(const struct pg_result *rows, size_t row, struct dashboard_counters *ret_counters);

struct dashboard_children {
    const struct uuid *parent;
    const struct directory_scope *scope; /* only children whose own dashboard it sees */
    int32_t month;
    Pb__ChildrenSort sort;
    const struct keyset *after; /* NULL: the first page; at_us: what it is sorted by */
    int64_t limit;
};
/* Rows that dashboard_store_get reads, and these two more: whose it is, and where a page ends that ends with it. */
struct pg_result *dashboard_store_children(struct pg *pg, TALLOC_CTX *ctx, const struct dashboard_children *wanted);
Pb__OrganizationRef *dashboard_store_get_child(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                                               struct keyset *ret_end);

#endif
