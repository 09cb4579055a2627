/* The rules of counting: which month and organisation a fact belongs to, what a dashboard makes of the counters. Pure. */
#ifndef SOTAY_ANALYTICS_ANALYTICS_H
#define SOTAY_ANALYTICS_ANALYTICS_H

#include "services/directory/directory.h"
#include "sotay/v1/analytics.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"
#include <stdbool.h>

#define ANALYTICS_ACTIVE_US (30 * CLOCK_DAY_US)
#define ANALYTICS_OLDEST_US (45 * CLOCK_DAY_US)

/* As the store's dashboard row gives them. */
struct analytics_counters {
    int64_t members, exempt, attendance_base, organizations, branches, activated, installed, active_30d;
    int64_t registered, on_time, held, cancelled, branches_registered, branches_held;
    int64_t documents_published, documents_audience, documents_read, comments;
};

/* ACCESS.md, dashboard: D, S, K of the organisation itself; O and A over the subtree. */
bool analytics_may_see(unsigned standing);

/* A reading or start that lies in the future counts as now, one of long ago as that: phones' clocks are wrong. */
int64_t analytics_at(int64_t claimed_at_us, int64_t now_us);

bool analytics_is_registered(const Pb__MeetingFacts *facts);

void analytics_fill_dashboard(TALLOC_CTX *ctx, const struct analytics_counters *counters, Pb__Dashboard *dashboard);

#endif
