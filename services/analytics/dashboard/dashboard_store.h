/* SQL of dashboards: one row of org_total and of org_month (schema/). Queues on the caller's pipeline, on its
 * thread. */
#ifndef SOTAY_ANALYTICS_DASHBOARD_STORE_H
#define SOTAY_ANALYTICS_DASHBOARD_STORE_H

#include "common/pg/pg.h"
#include "services/analytics/dashboard/dashboard.h"

/* One row, for dashboard_store_get; zeroes where nothing was counted. */
struct pg_result *dashboard_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *org, int32_t month);
void dashboard_store_get(const struct pg_result *row, struct dashboard_counters *ret_counters);

#endif
