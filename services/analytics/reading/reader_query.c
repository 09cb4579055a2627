#include "services/analytics/reading/reader_query.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/analytics/reading/reader_memory.h"
#include "services/analytics/reading/reader_store.h"
#include "sotay/v1/analytics.pb-c.h"
#include "sotay/v1/presence.pb-c.h"

enum { LARGE_MEMBERS = 20000, BUSY_S = 1 }; /* so many are counted in some 100 ms */

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

static struct reader_counts counts_of(const struct query *query, const struct pg_result *rows)
{
    return (struct reader_counts){
        .audience = pg_get_int8(rows, 0, 0), .read = pg_get_int8(rows, 0, 1), .as_of_us = query->now_us};
}

static Pb__Readers *view_counts(struct query *query, const struct reader_counts *counts)
{
    Pb__Readers *view = mem_new(query->ctx, Pb__Readers);
    pb__readers__init(view);
    view->as_of_us = counts->as_of_us;
    view->audience = counts->audience;
    view->read = counts->read;
    query->reply = &view->base;
    return view;
}

/* `rows` NULL: the asker may see no names. */
static enum err answer(struct query *query, const struct pg_result *counted, const struct pg_result *rows, size_t limit)
{
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    const struct reader_counts counts = counts_of(query, counted);
    Pb__Readers *view = view_counts(query, &counts);
    view->names_visible = rows != NULL;
    if (rows)
        view_page(query, rows, limit, view);
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

/* Of what is counted: the same for all who ask. */
static struct uuid key_of(const struct uuid *subject, const struct reader_audience_within *within)
{
    const struct audience *audience = &within->audience;
    const uint8_t subtree = audience->subtree;
    const void *parts[] = {subject->bytes,          within->organization->bytes,
                           audience->organizations, &subtree,
                           audience->roles,         audience->members};
    const size_t bytes[] = {sizeof subject->bytes,
                            sizeof within->organization->bytes,
                            audience->n_organizations * sizeof *audience->organizations,
                            sizeof subtree,
                            audience->n_roles * sizeof *audience->roles,
                            audience->n_members * sizeof *audience->members};
    return uuid_hash(ARRAY_LENGTH(parts), parts, bytes);
}

/* Of so many that it takes long. */
static enum err count_many(struct query *query, const struct uuid *subject, const struct reader_audience_within *within)
{
    struct uuid key = key_of(subject, within);
    struct reader_counts counts = {0};
    int64_t began_us = clock_monotonic_us();
    enum reader_turn turn = reader_memory_ask(&key, began_us, &counts);
    enum err err = ERR_OK;
    if (turn == READER_WAITS) {
        query->retry_after_s = BUSY_S;
        return ERR_OVERLOADED;
    }
    if (turn == READER_COUNTS) {
        const struct pg_result *rows = reader_store_count_within(query->pg, query->ctx, subject, within);
        err = pg_flush(query->pg);
        if (!err)
            counts = counts_of(query, rows);
        reader_memory_tell(&key, err ? NULL : &counts, began_us, clock_monotonic_us());
    }
    if (!err)
        view_counts(query, &counts);
    return err;
}

/* Without names it may be the whole city. */
static enum err count_alone(struct query *query, const struct uuid *subject,
                            const struct reader_audience_within *within)
{
    const struct pg_result *members = reader_store_members(query->pg, query->ctx, within->organization);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    if (pg_get_int8(members, 0, 0) >= LARGE_MEMBERS)
        return count_many(query, subject, within);
    return answer(query, reader_store_count_within(query->pg, query->ctx, subject, within), NULL, 0);
}

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
    if (!ask->names_visible)
        return count_alone(query, &subject, &within);
    struct pg_result *counts = reader_store_count_within(query->pg, query->ctx, &subject, &within);
    return answer(query, counts, reader_store_page_of_branch(query->pg, query->ctx, &subject, &within, &page),
                  ask->limit);
}

static const struct query_handler ROWS[] = {{&pb__list_subject_readers__descriptor, list_readers},
                                            {&pb__list_audience_readers__descriptor, list_audience_readers}};
const struct query_table READER_QUERIES = QUERY_TABLE(ROWS);
