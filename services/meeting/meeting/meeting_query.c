#include "services/meeting/meeting/meeting_query.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_page.h"

static enum err get_meeting(struct query *query)
{
    const Pb__GetMeeting *body = (const Pb__GetMeeting *)query->body;
    struct meeting_page page;
    struct uuid id;
    enum err err = meeting_page_queue_one(query, body->meeting_id, &id, &page);
    if (!err)
        err = meeting_page_read(query, &page);
    if (err)
        return err;
    if (page.n == 0)
        return ERR_NOT_FOUND;
    query->reply = &meeting_page_view(query, &page, 0)->base;
    query->version = page.items[0].is.version;
    return ERR_OK;
}

/* A month's meetings begin at most so many days beside it: they are found by their time. */
static void narrow(struct meeting_filter *filter, int64_t begin_us, int64_t end_us)
{
    begin_us -= MEETING_MONTH_DAYS_OFF * CLOCK_DAY_US;
    end_us += MEETING_MONTH_DAYS_OFF * CLOCK_DAY_US;
    if (!filter->has_from || filter->from_us < begin_us)
        filter->from_us = begin_us;
    if (!filter->has_to || filter->to_us > end_us)
        filter->to_us = end_us;
    filter->has_from = filter->has_to = true;
}

static enum err read_filter(struct query *query, struct meeting_filter *ret_filter)
{
    const Pb__ListMeetings *body = (const Pb__ListMeetings *)query->body;
    *ret_filter = (struct meeting_filter){
        .has_month = body->has_month,
        .month = body->month,
        .has_kind = body->has_kind,
        .kind = (int32_t)body->kind,
        .has_state = body->has_state,
        .state = (int32_t)body->state,
        .has_from = body->has_from,
        .from_us = clock_date_start_us(body->from),
        .has_to = body->has_to,
        .to_us = clock_date_start_us(body->to + 1),
        .q = body->q && *body->q ? body->q : NULL,
        .has_before = body->has_cursor,
        .limit = (int64_t)body->limit + 1, /* one more tells whether there is a next page */
    };
    if (body->has_month)
        narrow(ret_filter, clock_month_start_us(body->month), clock_month_start_us(body->month + 1));
    if (body->has_cursor && keyset_decode(body->cursor, &ret_filter->before))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    return ERR_OK;
}

static Pb__MeetingList *view_list(struct query *query, const struct meeting_page *page, size_t limit)
{
    Pb__MeetingList *list = mem_new(query->ctx, Pb__MeetingList);
    pb__meeting_list__init(list);
    list->items = mem_array(query->ctx, Pb__Meeting *, limit);
    for (size_t i = 0; i < page->n && i < limit; i++) {
        Pb__Meeting *item = meeting_page_view(query, page, i);
        if (!query_has_room(query, &item->base))
            break;
        list->items[list->n_items++] = item;
    }
    list->has_next_cursor = page->n > list->n_items;
    if (list->has_next_cursor)
        list->next_cursor = meeting_page_cursor(query, page, list->n_items);
    return list;
}

/* ERR_NOT_FOUND: for the reader there is no such organisation. */
static enum err read_organization(struct query *query, ProtobufCBinaryData id, struct uuid *ret_org,
                                  struct meeting_filter *filter)
{
    struct directory_scope scope;
    if (uuid_from_pb(id, ret_org))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &scope);
    struct pg_result *row = meeting_list_store_queue_org_visible(query->ctx, query->pg, &scope, ret_org);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    filter->organization = ret_org;
    filter->is_part = pg_rows(row) > 0 && pg_get_bool(row, 0, 0);
    return pg_rows(row) > 0 ? ERR_OK : ERR_NOT_FOUND;
}

static enum err list_meetings(struct query *query)
{
    const Pb__ListMeetings *body = (const Pb__ListMeetings *)query->body;
    struct meeting_page page;
    struct meeting_filter filter;
    struct uuid org;
    enum err err = read_filter(query, &filter);
    if (!err && body->has_organization_id)
        err = read_organization(query, body->organization_id, &org, &filter);
    if (err)
        return err;
    meeting_page_queue(query, &filter, &page);
    err = meeting_page_read(query, &page);
    if (!err)
        query->reply = &view_list(query, &page, body->limit)->base;
    return err;
}

static const struct query_handler QUERIES[] = {
    {&pb__get_meeting__descriptor, get_meeting},
    {&pb__list_meetings__descriptor, list_meetings},
};
const struct query_table MEETING_QUERIES = QUERY_TABLE(QUERIES);
