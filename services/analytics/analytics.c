#include "services/analytics/analytics.h"

#include "common/clock.h"
#include "common/mem.h"

bool analytics_may_see(unsigned standing)
{
    return (standing & (STANDING_HEAD | STANDING_COMMITTEE | STANDING_OFFICER | STANDING_ADMIN)) != 0;
}

int64_t analytics_at(int64_t claimed_at_us, int64_t now_us)
{
    int64_t oldest_us = now_us - ANALYTICS_OLDEST_US;
    if (claimed_at_us < oldest_us)
        return oldest_us;
    return claimed_at_us < now_us ? claimed_at_us : now_us;
}

bool analytics_is_registered(const Pb__MeetingFacts *facts)
{
    return facts->has_registered_at_us;
}

static Pb__Dashboard__Meetings *meetings(TALLOC_CTX *ctx, const struct analytics_counters *c)
{
    Pb__Dashboard__Meetings *m = mem_new(ctx, Pb__Dashboard__Meetings);
    pb__dashboard__meetings__init(m);
    m->registered = c->registered;
    m->on_time = c->on_time;
    m->held = c->held;
    m->cancelled = c->cancelled;
    m->branches_not_registered = c->branches - c->branches_registered;
    m->branches_not_held = c->branches - c->branches_held;
    return m;
}

/* Attendance and resolutions are counted once meetings are held; until then they are zero. */
static void fill_later(TALLOC_CTX *ctx, Pb__Dashboard *dashboard)
{
    dashboard->attendance = mem_new(ctx, Pb__Dashboard__Attendance);
    pb__dashboard__attendance__init(dashboard->attendance);
    dashboard->resolutions = mem_new(ctx, Pb__Dashboard__Resolutions);
    pb__dashboard__resolutions__init(dashboard->resolutions);
}

static void fill_month(TALLOC_CTX *ctx, const struct analytics_counters *c, Pb__Dashboard *dashboard)
{
    dashboard->meetings = meetings(ctx, c);
    dashboard->documents = mem_new(ctx, Pb__Dashboard__Documents);
    pb__dashboard__documents__init(dashboard->documents);
    dashboard->documents->published = c->documents_published;
    dashboard->documents->audience = c->documents_audience;
    dashboard->documents->read = c->documents_read;
    dashboard->participation = mem_new(ctx, Pb__Dashboard__Participation);
    pb__dashboard__participation__init(dashboard->participation);
    dashboard->participation->comments = c->comments;
}

void analytics_fill_dashboard(TALLOC_CTX *ctx, const struct analytics_counters *c, Pb__Dashboard *dashboard)
{
    dashboard->members = c->members;
    dashboard->exempt = c->exempt;
    dashboard->attendance_base = c->attendance_base;
    dashboard->organizations = c->organizations;
    dashboard->branches = c->branches;
    dashboard->adoption = mem_new(ctx, Pb__Dashboard__Adoption);
    pb__dashboard__adoption__init(dashboard->adoption);
    dashboard->adoption->activated = c->activated;
    dashboard->adoption->installed = c->installed;
    dashboard->adoption->active_30d = c->active_30d;
    fill_month(ctx, c, dashboard);
    fill_later(ctx, dashboard);
}
