#include "services/analytics/queries.h"

#include "common/clock.h"
#include "common/mem.h"
#include "services/analytics/analytics.h"
#include "services/analytics/store.h"
#include <string.h>

/* --- dashboard ---------------------------------------------------------------------------------------------------------------------- */

static void read_counters(const struct pg_result *row, struct analytics_counters *ret_counters)
{
    int64_t *fields = (int64_t *)ret_counters; /* the store's columns stand in the struct's order */
    for (int i = 0; i < (int)(sizeof *ret_counters / sizeof *fields); i++)
        fields[i] = pg_get_int8(row, 0, i);
}

/* An organisation on one's own path is visible, its dashboard only to those who answer for it. */
static enum err refusal(const struct query *query, const struct directory_set *set, const struct directory_scope *scope,
                        const struct uuid *org)
{
    const struct directory_org *branch = scope->has_branch ? directory_set_org(set, &scope->branch) : NULL;
    (void)query;
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
    struct analytics_counters counters;
    struct uuid id;
    if (uuid_from_pb(ask->organization_id, &id))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &scope);
    directory_set_name_org(set, &id);
    if (scope.has_branch)
        directory_set_name_org(set, &scope.branch);
    directory_set_load(set, query->pg);
    struct pg_result *row = store_queue_dashboard(query->pg, query->ctx, &id, month);
    enum err err = pg_flush(query->pg);
    if (!err)
        err = directory_set_loaded(set);
    if (err)
        return err;
    const struct directory_org *org = directory_set_org(set, &id);
    if (!org || !analytics_may_see(directory_scope_standing(&scope, org)))
        return refusal(query, set, &scope, &id);
    Pb__Dashboard *dashboard = dashboard_new(query, org, month);
    read_counters(row, &counters);
    analytics_fill_dashboard(query->ctx, &counters, dashboard);
    query->reply = &dashboard->base;
    return ERR_OK;
}

/* --- marks -------------------------------------------------------------------------------------------------------------------------- */

static Pb__Mark *mark_new(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    struct uuid id = pg_get_uuid(rows, row, 1);
    Pb__Mark *mark = mem_new(ctx, Pb__Mark);
    pb__mark__init(mark);
    mark->subject = mem_new(ctx, Pb__Subject);
    pb__subject__init(mark->subject);
    mark->subject->type = (Pb__SubjectType)pg_get_int8(rows, row, 0);
    mark->subject->id = uuid_to_pb(ctx, &id);
    mark->has_read_at_us = true;
    mark->read_at_us = pg_get_int8(rows, row, 2);
    return mark;
}

static int64_t cursor_time(ProtobufCBinaryData cursor)
{
    int64_t at_us = INT64_MAX;
    if (cursor.len == sizeof at_us)
        memcpy(&at_us, cursor.data, sizeof at_us);
    return at_us;
}

static void fill_marks(struct query *query, const struct pg_result *rows, int64_t limit, Pb__MarkList *list)
{
    size_t n = pg_rows(rows);
    bool more = (int64_t)n > limit;
    list->n_items = more ? n - 1 : n;
    list->items = mem_array(query->ctx, Pb__Mark *, n + 1);
    for (size_t i = 0; i < list->n_items; i++)
        list->items[i] = mark_new(query->ctx, rows, i);
    if (more) {
        list->has_next_cursor = true;
        list->next_cursor = mem_bytes(query->ctx, &list->items[list->n_items - 1]->read_at_us, sizeof(int64_t));
    }
}

static enum err answer_marks(struct query *query)
{
    const Pb__ListMarks *ask = (const Pb__ListMarks *)query->body;
    Pb__MarkList *list = mem_new(query->ctx, Pb__MarkList);
    struct directory_scope scope;
    struct uuid subject = {0};
    pb__mark_list__init(list);
    directory_scope_read(query->ctx, query->scope, &scope);
    if (!scope.has_member || (ask->has_subject_id && uuid_from_pb(ask->subject_id, &subject)))
        return ERR_NOT_FOUND;
    struct pg_result *rows = store_queue_marks(query->pg, query->ctx, &scope.member, ask->has_subject_id ? &subject : NULL,
                                               ask->has_since_us ? ask->since_us : 0,
                                               ask->has_cursor ? cursor_time(ask->cursor) : INT64_MAX, (int64_t)ask->limit + 1);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    fill_marks(query, rows, ask->limit, list);
    query->reply = &list->base;
    return ERR_OK;
}

const struct query_handler ANALYTICS_QUERY_HANDLERS[ANALYTICS_N_QUERIES] = {
    {&pb__get_dashboard__descriptor, answer_dashboard},
    {&pb__list_marks__descriptor, answer_marks},
};
