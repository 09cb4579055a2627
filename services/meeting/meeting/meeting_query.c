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

static enum err list_meetings(struct query *query)
{
    const Pb__ListMeetings *body = (const Pb__ListMeetings *)query->body;
    struct meeting_page page;
    struct meeting_filter filter;
    struct uuid org = {{0}};
    enum err err = read_filter(query, &filter);
    if (err)
        return err;
    if (body->has_organization_id && uuid_from_pb(body->organization_id, &org))
        return ERR_NOT_FOUND;
    filter.organization = body->has_organization_id ? &org : NULL;
    meeting_page_queue(query, &filter, &page);
    struct pg_result *org_rows = meeting_list_store_queue_org_visible(query->ctx, query->pg, &page.scope, &org);
    err = meeting_page_read(query, &page);
    if (err)
        return err;
    if (body->has_organization_id && pg_rows(org_rows) == 0)
        return ERR_NOT_FOUND;
    query->reply = &view_list(query, &page, body->limit)->base;
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {
    {&pb__get_meeting__descriptor, get_meeting},
    {&pb__list_meetings__descriptor, list_meetings},
};
const struct query_table MEETING_QUERIES = QUERY_TABLE(QUERIES);
