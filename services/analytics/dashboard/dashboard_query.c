#include "services/analytics/dashboard/dashboard_query.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/analytics/dashboard/dashboard_store.h"
#include "services/directory/set.h"

/* An organisation on one's own path is visible, its dashboard only to those who answer for it. */
static enum err refusal(const struct directory_set *set, const struct directory_scope *scope, const struct uuid *org)
{
    const struct directory_org *branch = scope->has_branch ? directory_set_org(set, &scope->branch) : NULL;
    for (size_t i = 0; branch && i < branch->n_path; i++)
        if (uuid_equal(&branch->path[i], org))
            return ERR_NOT_ALLOWED;
    return ERR_NOT_FOUND;
}

static Pb__Dashboard *dashboard_new(struct query *query, const struct directory_org *org, int32_t month)
{
    Pb__Dashboard *dashboard = mem_new(query->ctx, Pb__Dashboard);
    pb__dashboard__init(dashboard);
    dashboard->organization = directory_org_ref(query->ctx, org);
    dashboard->month = month;
    dashboard->as_of_us = query->now_us;
    return dashboard;
}

static enum err answer_dashboard(struct query *query)
{
    const Pb__GetDashboard *ask = (const Pb__GetDashboard *)query->body;
    int32_t month = ask->has_month ? ask->month : clock_local_month(query->now_us);
    struct directory_set *set = directory_set_new(query->ctx);
    struct directory_scope scope;
    struct dashboard_counters counters;
    struct uuid id;
    if (uuid_from_pb(ask->organization_id, &id))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &scope);
    directory_set_want_org(set, &id);
    if (scope.has_branch)
        directory_set_want_org(set, &scope.branch);
    directory_set_load(set, query->pg);
    struct pg_result *row = dashboard_store_read(query->pg, query->ctx, &id, month);
    enum err err = pg_flush(query->pg);
    if (!err)
        err = directory_set_loaded(set);
    if (err)
        return err;
    const struct directory_org *org = directory_set_org(set, &id);
    if (!org || !dashboard_may_see(directory_scope_standing(&scope, org)))
        return refusal(set, &scope, &id);
    Pb__Dashboard *dashboard = dashboard_new(query, org, month);
    dashboard_store_get(row, &counters);
    dashboard_fill(query->ctx, &counters, dashboard);
    query->reply = &dashboard->base;
    return ERR_OK;
}

static const struct query_handler ROWS[] = {{&pb__get_dashboard__descriptor, answer_dashboard}};
const struct query_table DASHBOARD_QUERIES = QUERY_TABLE(ROWS);
