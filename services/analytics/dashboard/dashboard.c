#include "services/analytics/dashboard/dashboard.h"

#include "common/base/mem.h"
#include "services/directory/directory.h"

bool dashboard_may_see(unsigned standing)
{
    return (standing & (STANDING_HEAD | STANDING_COMMITTEE | STANDING_OFFICER | STANDING_ADMIN)) != 0;
}

static void make_messages(TALLOC_CTX *ctx, Pb__Dashboard *dashboard)
{
    dashboard->meetings = mem_new(ctx, Pb__Dashboard__Meetings);
    pb__dashboard__meetings__init(dashboard->meetings);
    dashboard->attendance = mem_new(ctx, Pb__Dashboard__Attendance);
    pb__dashboard__attendance__init(dashboard->attendance);
    dashboard->resolutions = mem_new(ctx, Pb__Dashboard__Resolutions);
    pb__dashboard__resolutions__init(dashboard->resolutions);
    dashboard->documents = mem_new(ctx, Pb__Dashboard__Documents);
    pb__dashboard__documents__init(dashboard->documents);
    dashboard->participation = mem_new(ctx, Pb__Dashboard__Participation);
    pb__dashboard__participation__init(dashboard->participation);
    dashboard->adoption = mem_new(ctx, Pb__Dashboard__Adoption);
    pb__dashboard__adoption__init(dashboard->adoption);
}

void dashboard_fill(TALLOC_CTX *ctx, const struct dashboard_counters *counters, Pb__Dashboard *dashboard)
{
    make_messages(ctx, dashboard);
#define TREE(column, reply) dashboard->reply = counters->column;
#define TOTAL(column, reply) dashboard->reply = counters->column;
#define MONTH(column, reply) dashboard->reply = counters->column;
#define BRANCHES(own, column, reply) dashboard->reply = counters->branches - counters->column;
#define AUDIENCE(column, reply) dashboard->reply = counters->column;
#include "counters.def"
}

/* False: there is nothing that it could be a part of. */
static bool percent(int64_t part, int64_t whole, int32_t *ret_percent)
{
    if (whole <= 0)
        return false;
    *ret_percent = part >= whole ? 100 : (int32_t)((200 * part + whole) / (2 * whole));
    return true;
}

void dashboard_point(const Pb__Dashboard *dashboard, Pb__Trend__Month *ret_month)
{
    const Pb__Dashboard__Attendance *attendance = dashboard->attendance;
    const Pb__Dashboard__Documents *documents = dashboard->documents;
    pb__trend__month__init(ret_month);
    ret_month->month = dashboard->month;
    ret_month->registered = dashboard->meetings->registered;
    ret_month->on_time = dashboard->meetings->on_time;
    ret_month->held = dashboard->meetings->held;
    ret_month->resolutions_overdue = dashboard->resolutions->overdue;
    ret_month->has_attendance_percent = percent(attendance->present, attendance->base_members,
                                                &ret_month->attendance_percent);
    ret_month->has_read_percent = percent(documents->read, documents->audience, &ret_month->read_percent);
}
