#include "services/analytics/dashboard/dashboard_query.h"

#include "common/base/clock.h"
#include "common/base/keyset.h"
#include "common/base/mem.h"
#include "services/analytics/dashboard/dashboard_store.h"
#include "services/analytics/sight/sight.h"

static Pb__Dashboard *view(struct query *query, const struct pg_result *rows, size_t row, int32_t month)
{
    Pb__Dashboard *dashboard = mem_new(query->ctx, Pb__Dashboard);
    struct dashboard_counters counters;
    pb__dashboard__init(dashboard);
    dashboard->month = month;
    dashboard->as_of_us = query->now_us;
    dashboard_store_get(rows, row, &counters);
    dashboard_fill(query->ctx, &counters, dashboard);
    return dashboard;
}

static enum err answer_dashboard(struct query *query)
{
    const Pb__GetDashboard *ask = (const Pb__GetDashboard *)query->body;
    int32_t month = ask->has_month ? ask->month : clock_local_month(query->now_us);
    struct sight sight;
    enum err err = sight_queue(query, ask->organization_id, &sight);
    if (err)
        return err;
    struct pg_result *row = dashboard_store_read(query->pg, query->ctx, &sight.id, month);
    err = sight_read(query, &sight, dashboard_may_see);
    if (err)
        return err;
    Pb__Dashboard *dashboard = view(query, row, 0, month);
    dashboard->organization = directory_org_ref(query->ctx, sight.org);
    query->reply = &dashboard->base;
    return ERR_OK;
}

/* --- children ----------------------------------------------------------------------------------------------------- */

static Pb__DashboardList *view_children(struct query *query, const struct pg_result *rows, int32_t month, size_t limit)
{
    Pb__DashboardList *list = mem_new(query->ctx, Pb__DashboardList);
    struct keyset end = {0};
    pb__dashboard_list__init(list);
    list->items = mem_array(query->ctx, Pb__Dashboard *, pg_rows(rows) + 1);
    while (list->n_items < limit && list->n_items < pg_rows(rows)) {
        Pb__Dashboard *item = view(query, rows, list->n_items, month);
        item->organization = dashboard_store_get_child(query->ctx, rows, list->n_items, &end);
        list->items[list->n_items++] = item;
    }
    list->has_next_cursor = pg_rows(rows) > list->n_items;
    if (list->has_next_cursor)
        list->next_cursor = keyset_encode(query->ctx, &end);
    return list;
}

static enum err list_children(struct query *query)
{
    const Pb__ListChildDashboards *ask = (const Pb__ListChildDashboards *)query->body;
    int32_t month = ask->has_month ? ask->month : clock_local_month(query->now_us);
    struct keyset after;
    struct sight sight;
    if (ask->has_cursor && keyset_decode(ask->cursor, &after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    enum err err = sight_queue(query, ask->organization_id, &sight);
    if (err)
        return err;
    const struct dashboard_children wanted = {.parent = &sight.id,
                                              .scope = &sight.scope,
                                              .month = month,
                                              .sort = ask->sort,
                                              .after = ask->has_cursor ? &after : NULL,
                                              .limit = (int64_t)ask->limit + 1};
    struct pg_result *rows = dashboard_store_children(query->pg, query->ctx, &wanted);
    err = sight_read(query, &sight, dashboard_may_see);
    if (err)
        return err;
    query->reply = &view_children(query, rows, month, ask->limit)->base;
    return ERR_OK;
}

/* --- trend -------------------------------------------------------------------------------------------------------- */

enum { TREND_MONTHS_MOST = 24, TREND_MONTHS = 12 };

static enum err read_span(struct query *query, int32_t *ret_from, int32_t *ret_to)
{
    const Pb__GetTrend *ask = (const Pb__GetTrend *)query->body;
    *ret_to = ask->has_to ? ask->to : clock_local_month(query->now_us);
    *ret_from = ask->has_from ? ask->from : *ret_to - TREND_MONTHS + 1;
    if (*ret_from > *ret_to)
        return query_field(query, "/from", ERR_FIELD_TOO_LARGE);
    return *ret_to - *ret_from >= TREND_MONTHS_MOST ? query_field(query, "/from", ERR_FIELD_TOO_SMALL) : ERR_OK;
}

static Pb__Trend *view_trend(struct query *query, const struct pg_result *rows, int32_t from)
{
    Pb__Trend *trend = mem_new(query->ctx, Pb__Trend);
    pb__trend__init(trend);
    trend->months = mem_array(query->ctx, Pb__Trend__Month *, pg_rows(rows) + 1);
    for (; trend->n_months < pg_rows(rows); trend->n_months++) {
        const Pb__Dashboard *dashboard = view(query, rows, trend->n_months, from + (int32_t)trend->n_months);
        trend->months[trend->n_months] = mem_new(query->ctx, Pb__Trend__Month);
        dashboard_point(dashboard, trend->months[trend->n_months]);
    }
    return trend;
}

static enum err answer_trend(struct query *query)
{
    const Pb__GetTrend *ask = (const Pb__GetTrend *)query->body;
    int32_t from, to;
    struct sight sight;
    enum err err = read_span(query, &from, &to);
    if (!err)
        err = sight_queue(query, ask->organization_id, &sight);
    if (err)
        return err;
    struct pg_result *rows = dashboard_store_months(query->pg, query->ctx, &sight.id, from, to);
    err = sight_read(query, &sight, dashboard_may_see);
    if (err)
        return err;
    Pb__Trend *trend = view_trend(query, rows, from);
    trend->organization = directory_org_ref(query->ctx, sight.org);
    query->reply = &trend->base;
    return ERR_OK;
}

static const struct query_handler ROWS[] = {
    {&pb__get_dashboard__descriptor, answer_dashboard},
    {&pb__list_child_dashboards__descriptor, list_children},
    {&pb__get_trend__descriptor, answer_trend},
};
const struct query_table DASHBOARD_QUERIES = QUERY_TABLE(ROWS);
