/* A dashboard: every counter of counters.def, for an organisation and a month. Pure. */
#ifndef SOTAY_ANALYTICS_DASHBOARD_H
#define SOTAY_ANALYTICS_DASHBOARD_H

#include "sotay/v1/analytics.pb-c.h"
#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

/* A field for each row, named as its column. */
struct dashboard_counters {
#define TREE(column, reply) int64_t column;
#define TOTAL(column, reply) int64_t column;
#define MONTH(column, reply) int64_t column;
#define BRANCHES(own, column, reply) int64_t column;
#define AUDIENCE(column, reply) int64_t column;
#include "counters.def"
};

/* ACCESS.md, dashboard: D, S, K of the organisation itself; O and A over the subtree. `standing`: directory.h. */
bool dashboard_may_see(unsigned standing);

/* Every message of the reply, with the counters in it; what is not counted yet is zero. Owned by ctx. */
void dashboard_fill(TALLOC_CTX *ctx, const struct dashboard_counters *counters, Pb__Dashboard *dashboard);

/* A month of a trend, by its dashboard. Percents are rounded; more readings than readers are all. */
void dashboard_point(const Pb__Dashboard *dashboard, Pb__Trend__Month *ret_month);

#endif
