#include "services/analytics/dashboard/dashboard_store.h"

#include "counters.h"

static const struct pg_statement DASHBOARD = {
    .name = "analytics_dashboard",
    .sql = "SELECT " DASHBOARD_COLUMNS " FROM (SELECT $1::uuid AS id) o"
           " LEFT JOIN org_total t ON t.organization_id = o.id"
           " LEFT JOIN org_month m ON m.organization_id = o.id AND m.month = $2::int4"};

struct pg_result *dashboard_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *org, int32_t month)
{
    struct pg_args *args = pg_args(ctx, &DASHBOARD);
    pg_add_uuid(args, org);
    pg_add_int4(args, month);
    return pg_queue(pg, args);
}

/* The columns stand in the order of counters.def. */
void dashboard_store_get(const struct pg_result *row, struct dashboard_counters *ret_counters)
{
    int at = 0;
#define TREE(column, reply) ret_counters->column = pg_get_int8(row, 0, at++);
#define TOTAL(column, reply) ret_counters->column = pg_get_int8(row, 0, at++);
#define MONTH(column, reply) ret_counters->column = pg_get_int8(row, 0, at++);
#define BRANCHES(own, column, reply) ret_counters->column = pg_get_int8(row, 0, at++);
#define AUDIENCE(column, reply) ret_counters->column = pg_get_int8(row, 0, at++);
#include "counters.def"
}
