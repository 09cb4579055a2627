#include "services/analytics/reading/reader_query.h"

#include "common/base/mem.h"
#include "services/analytics/reading/reader_store.h"
#include "sotay/v1/analytics.pb-c.h"
#include "sotay/v1/presence.pb-c.h"

static Pb__Reader *view_reader(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    Pb__Reader *reader = mem_new(ctx, Pb__Reader);
    pb__reader__init(reader);
    reader->member = mem_new(ctx, Pb__Person);
    pb__person__init(reader->member);
    reader->member->id = pg_get_bytes(ctx, rows, row, 0);
    reader->member->full_name = pg_get_text(ctx, rows, row, 1);
    reader->has_read_at_us = !pg_is_null(rows, row, 2);
    reader->read_at_us = pg_get_int8(rows, row, 2);
    return reader;
}

static void view_page(struct query *query, const struct pg_result *rows, size_t limit, Pb__Readers *view)
{
    size_t n = pg_rows(rows) < limit ? pg_rows(rows) : limit;
    view->items = mem_array(query->ctx, Pb__Reader *, n + 1);
    for (; view->n_items < n; view->n_items++)
        view->items[view->n_items] = view_reader(query->ctx, rows, view->n_items);
    view->has_next_cursor = pg_rows(rows) > n;
    if (view->has_next_cursor)
        view->next_cursor = view->items[n - 1]->member->id; /* whose name is looked up */
}

/* Zero ids, which nobody has, where something is wrong. */
static struct reader_audience audience_of(struct query *query, const Pb__MeetingAudience *asked, struct uuid *org)
{
    struct reader_audience audience = {0};
    struct uuid *members = mem_array(query->ctx, struct uuid, asked->n_member_ids + 1);
    *org = uuid_or_zero(asked->organization_id);
    for (size_t i = 0; i < asked->n_member_ids; i++)
        members[i] = uuid_or_zero(asked->member_ids[i]);
    switch (asked->participants) {
    case PB__PARTICIPANTS__PARTICIPANTS_NAMED:
        audience.members = members;
        audience.n_members = asked->n_member_ids;
        break;
    case PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE: audience.committee = org; break;
    default: audience.branch = org; break;
    }
    return audience;
}

/* `rows` NULL: the asker may see no names. */
static enum err answer(struct query *query, const struct pg_result *counts, const struct pg_result *rows, size_t limit)
{
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    Pb__Readers *view = mem_new(query->ctx, Pb__Readers);
    pb__readers__init(view);
    view->as_of_us = query->now_us;
    view->audience = pg_get_int8(counts, 0, 0);
    view->read = pg_get_int8(counts, 0, 1);
    view->names_visible = rows != NULL;
    if (rows)
        view_page(query, rows, limit, view);
    query->reply = &view->base;
    return ERR_OK;
}

/* --- ListSubjectReaders ------------------------------------------------------------------------------------------- */

static enum err list_readers(struct query *query)
{
    const Pb__ListSubjectReaders *ask = (const Pb__ListSubjectReaders *)query->body;
    struct uuid subject = uuid_or_zero(ask->subject_id), org, after;
    struct reader_audience audience = audience_of(query, ask->audience, &org);
    struct reader_page page = {.has_read = ask->has_read,
                               .read = ask->read,
                               .after = ask->has_cursor ? &after : NULL,
                               .limit = (int64_t)ask->limit + 1};
    if (ask->has_cursor && uuid_from_pb(ask->cursor, &after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    struct pg_result *counts = reader_store_count(query->pg, query->ctx, &subject, &audience), *rows = NULL;
    if (ask->audience->names_visible)
        rows = reader_store_page(query->pg, query->ctx, &subject, &audience, &page);
    return answer(query, counts, rows, ask->limit);
}

/* --- ListAudienceReaders ------------------------------------------------------------------------------------------ */

static enum err list_audience_readers(struct query *query)
{
    const Pb__ListAudienceReaders *ask = (const Pb__ListAudienceReaders *)query->body;
    struct uuid subject = uuid_or_zero(ask->subject_id), org = uuid_or_zero(ask->organization_id), after;
    struct reader_audience_within within = {.organization = &org, .is_branch = ask->is_branch};
    struct reader_page page = {.has_read = ask->has_read,
                               .read = ask->read,
                               .after = ask->has_cursor ? &after : NULL,
                               .limit = (int64_t)ask->limit + 1};
    if (ask->has_cursor && uuid_from_pb(ask->cursor, &after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    enum err err = audience_from_pb(query->ctx, ask->audience, &within.audience);
    if (err)
        return err;
    struct pg_result *counts = reader_store_count_within(query->pg, query->ctx, &subject, &within), *rows = NULL;
    if (ask->names_visible)
        rows = reader_store_page_of_branch(query->pg, query->ctx, &subject, &within, &page);
    return answer(query, counts, rows, ask->limit);
}

static const struct query_handler ROWS[] = {{&pb__list_subject_readers__descriptor, list_readers},
                                            {&pb__list_audience_readers__descriptor, list_audience_readers}};
const struct query_table READER_QUERIES = QUERY_TABLE(ROWS);
