#include "services/analytics/dashboard/dashboard_store.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "contract_numbers.h"
#include "counters.h"
#include "services/analytics/sight/sight.h"
#include <assert.h>

static const struct pg_statement DASHBOARD = {
    .name = "analytics_dashboard",
    .sql = "SELECT " DASHBOARD_COLUMNS " FROM (SELECT $1::uuid AS id) o"
           " LEFT JOIN org_total t ON t.organization_id = o.id"
           " LEFT JOIN org_month m ON m.organization_id = o.id AND m.month = $2::int4"};
static const struct pg_statement MONTHS = {
    .name = "analytics_months",
    .sql = "SELECT " DASHBOARD_COLUMNS " FROM generate_series($2::int4, $3::int4) AS s(month)"
           " LEFT JOIN org_total t ON t.organization_id = $1::uuid"
           " LEFT JOIN org_month m ON m.organization_id = $1::uuid AND m.month = s.month ORDER BY s.month"};

struct pg_result *dashboard_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *org, int32_t month)
{
    struct pg_args *args = pg_args(ctx, &DASHBOARD);
    pg_add_uuid(args, org);
    pg_add_int4(args, month);
    return pg_queue(pg, args);
}

struct pg_result *dashboard_store_months(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *org, int32_t from,
                                         int32_t to)
{
    struct pg_args *args = pg_args(ctx, &MONTHS);
    pg_add_uuid(args, org);
    pg_add_int4(args, from);
    pg_add_int4(args, to);
    return pg_queue(pg, args);
}

/* --- children ----------------------------------------------------------------------------------------------------- */

/* Whoever sorts by a figure has read that of every child; they are hundreds at most. A page goes on behind its last
 * row: figure, name, id. */
#define CHILDREN(sort, figure)                                                                                         \
    {                                                                                                                  \
        .name = "analytics_children_" sort,                                                                            \
        .sql =                                                                                                         \
            "SELECT " DASHBOARD_COLUMNS ", o.id, o.name, o.level, (" figure ")::int8"                                  \
            " FROM directory_organization o LEFT JOIN org_total t ON t.organization_id = o.id"                         \
            " LEFT JOIN org_month m ON m.organization_id = o.id AND m.month = $2::int4"                                \
            " WHERE o.parent_id = $1::uuid AND o.state = " SQL_ORGANIZATION_STATE_ACTIVE " AND " SIGHT_VISIBLE(        \
                "$3",                                                                                                  \
                "$4") " AND ($5::int8 IS NULL OR ((" figure ")::int8,"                                                 \
                      " o.name COLLATE organization_name, o.id) > ($5::int8, (SELECT c.name COLLATE organization_name" \
                      " FROM directory_organization c WHERE c.id = $6::uuid), $6::uuid))"                              \
                      " ORDER BY (" figure ")::int8, o.name COLLATE organization_name, o.id LIMIT $7::int8"            \
    }
#define MISSING(column) "coalesce(m." #column ", 0) - coalesce(t.branches, 0)"
/* In thousandths; where there is nothing to be a part of: behind all the others. */
#define PART(of, all) "coalesce(1000 * m." #of " / nullif(m." #all ", 0), 1000000)"

static const struct pg_statement CHILDREN_BY[] = {
    [PB__CHILDREN_SORT__CHILDREN_SORT_NAME] = CHILDREN("name", "0"),
    [PB__CHILDREN_SORT__CHILDREN_SORT_NOT_REGISTERED] = CHILDREN("not_registered", MISSING(branches_registered)),
    [PB__CHILDREN_SORT__CHILDREN_SORT_NOT_HELD] = CHILDREN("not_held", MISSING(branches_held)),
    [PB__CHILDREN_SORT__CHILDREN_SORT_READ] = CHILDREN("read", PART(documents_read, documents_audience)),
    [PB__CHILDREN_SORT__CHILDREN_SORT_ATTENDANCE] = CHILDREN("attendance", PART(present, base_members)),
};

struct pg_result *dashboard_store_children(struct pg *pg, TALLOC_CTX *ctx, const struct dashboard_children *wanted)
{
    assert((size_t)wanted->sort < ARRAY_LENGTH(CHILDREN_BY));
    struct pg_args *args = pg_args(ctx, &CHILDREN_BY[wanted->sort]);
    pg_add_uuid(args, wanted->parent);
    pg_add_int4(args, wanted->month);
    sight_add(ctx, args, wanted->scope, true);
    pg_add_int8_or_null(args, wanted->after, wanted->after ? wanted->after->at_us : 0);
    pg_add_uuid(args, wanted->after ? &wanted->after->id : NULL);
    pg_add_int8(args, wanted->limit);
    return pg_queue(pg, args);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

#define COUNT_ROW(...) +1
enum {
    COUNTERS = 0
#define TREE COUNT_ROW
#define TOTAL COUNT_ROW
#define MONTH COUNT_ROW
#define BRANCHES COUNT_ROW
#define AUDIENCE COUNT_ROW
#include "counters.def"
};

/* The columns stand in the order of counters.def. */
void dashboard_store_get(const struct pg_result *rows, size_t row, struct dashboard_counters *ret_counters)
{
    int at = 0;
#define TREE(column, reply) ret_counters->column = pg_get_int8(rows, row, at++);
#define TOTAL(column, reply) ret_counters->column = pg_get_int8(rows, row, at++);
#define MONTH(column, reply) ret_counters->column = pg_get_int8(rows, row, at++);
#define BRANCHES(own, column, reply) ret_counters->column = pg_get_int8(rows, row, at++);
#define AUDIENCE(column, reply) ret_counters->column = pg_get_int8(rows, row, at++);
#include "counters.def"
}

Pb__OrganizationRef *dashboard_store_get_child(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                                               struct keyset *ret_end)
{
    Pb__OrganizationRef *ref = mem_new(ctx, Pb__OrganizationRef);
    pb__organization_ref__init(ref);
    ref->id = pg_get_bytes(ctx, rows, row, COUNTERS);
    ref->name = pg_get_text(ctx, rows, row, COUNTERS + 1);
    ref->level = (Pb__Level)pg_get_int8(rows, row, COUNTERS + 2);
    *ret_end = (struct keyset){pg_get_int8(rows, row, COUNTERS + 3), pg_get_uuid(rows, row, COUNTERS)};
    return ref;
}
