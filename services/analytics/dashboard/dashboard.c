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
