#include "services/analytics/queries.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/analytics/analytics.h"
#include "services/analytics/store.h"
#include <string.h>

/* --- dashboard ---------------------------------------------------------------------------------------------------- */

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

/* --- marks -------------------------------------------------------------------------------------------------------- */

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

/* A cursor is the last mark of its page: when, and of what. */
static ProtobufCBinaryData write_cursor(TALLOC_CTX *ctx, const Pb__Mark *last)
{
    uint8_t bytes[sizeof last->read_at_us + sizeof(struct uuid)];
    memcpy(bytes, &last->read_at_us, sizeof last->read_at_us);
    memcpy(bytes + sizeof last->read_at_us, last->subject->id.data, sizeof(struct uuid));
    return mem_bytes(ctx, bytes, sizeof bytes);
}

static enum err read_cursor(struct query *query, ProtobufCBinaryData cursor, struct store_marks *wanted)
{
    if (cursor.len != sizeof wanted->before_us + sizeof wanted->after_id)
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    memcpy(&wanted->before_us, cursor.data, sizeof wanted->before_us);
    memcpy(&wanted->after_id, cursor.data + sizeof wanted->before_us, sizeof wanted->after_id);
    return ERR_OK;
}

static void fill_marks(struct query *query, const struct pg_result *rows, size_t limit, Pb__MarkList *list)
{
    list->n_items = pg_rows(rows) < limit ? pg_rows(rows) : limit;
    list->items = mem_array(query->ctx, Pb__Mark *, list->n_items + 1);
    for (size_t i = 0; i < list->n_items; i++)
        list->items[i] = mark_new(query->ctx, rows, i);
    if (pg_rows(rows) > limit) {
        list->has_next_cursor = true;
        list->next_cursor = write_cursor(query->ctx, list->items[limit - 1]);
    }
}

static enum err answer_marks(struct query *query)
{
    const Pb__ListMarks *ask = (const Pb__ListMarks *)query->body;
    Pb__MarkList *list = mem_new(query->ctx, Pb__MarkList);
    struct directory_scope scope;
    struct uuid subject;
    struct store_marks wanted = {
        .since_us = ask->has_since_us ? ask->since_us : 0, .before_us = INT64_MAX, .limit = (int64_t)ask->limit + 1};
    pb__mark_list__init(list);
    directory_scope_read(query->ctx, query->scope, &scope);
    if (!scope.has_member || (ask->has_subject_id && uuid_from_pb(ask->subject_id, &subject)))
        return ERR_NOT_FOUND;
    wanted.member = &scope.member;
    wanted.subject = ask->has_subject_id ? &subject : NULL;
    enum err err = ask->has_cursor ? read_cursor(query, ask->cursor, &wanted) : ERR_OK;
    if (err)
        return err;
    struct pg_result *rows = store_queue_marks(query->pg, query->ctx, &wanted);
    err = pg_flush(query->pg);
    if (err)
        return err;
    fill_marks(query, rows, ask->limit, list);
    query->reply = &list->base;
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {
    {&pb__get_dashboard__descriptor, answer_dashboard},
    {&pb__list_marks__descriptor, answer_marks},
};
const struct query_table ANALYTICS_QUERIES = QUERY_TABLE(QUERIES);
