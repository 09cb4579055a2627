#include "services/meeting/meeting/meeting_page.h"

#include "services/meeting/host/host_store.h"
#include "services/meeting/meeting/meeting_store.h"
#include "services/meeting/meeting/meeting_view.h"

void meeting_page_queue(struct query *query, const struct meeting_filter *filter, struct meeting_page *ret_page)
{
    *ret_page = (struct meeting_page){.whole = uuid_map_new(query->ctx), .hosts = uuid_map_new(query->ctx)};
    directory_scope_read(query->ctx, query->scope, &ret_page->scope);
    ret_page->rows = meeting_list_store_queue_meetings(query->ctx, query->pg, &ret_page->scope, filter);
}

enum err meeting_page_queue_one(struct query *query, ProtobufCBinaryData id, struct uuid *ret_id,
                                struct meeting_page *ret_page)
{
    if (uuid_from_pb(id, ret_id))
        return ERR_NOT_FOUND;
    struct meeting_filter filter = {.id = ret_id};
    meeting_page_queue(query, &filter, ret_page);
    return ERR_OK;
}

static struct meeting *find_meeting(void *arg, const struct uuid *id)
{
    return uuid_map_get(arg, id);
}

static enum err read_rest(struct query *query, struct meeting_page *page)
{
    struct uuid_map *orgs = uuid_map_new(query->ctx), *audiences = uuid_map_new(query->ctx);
    for (size_t i = 0; i < page->n; i++) {
        struct seen_meeting *meeting = &page->items[i];
        uuid_map_name(orgs, &meeting->is.organization);
        if (!meeting->whole)
            continue;
        uuid_map_name(audiences, &meeting->is.organization);
        uuid_map_put(page->whole, &meeting->is.id, &meeting->is);
    }
    struct host_audiences named = {audiences, uuid_map_new(query->ctx)};
    struct pg_result *agenda_rows = meeting_store_queue_agendas(query->ctx, query->pg, uuid_map_ids(page->whole),
                                                                uuid_map_size(page->whole));
    struct pg_result *minutes_rows = meeting_store_queue_minutes(query->ctx, query->pg, uuid_map_ids(page->whole),
                                                                 uuid_map_size(page->whole));
    struct pg_result *host_rows = host_store_queue(query->ctx, query->pg, uuid_map_ids(orgs), uuid_map_size(orgs));
    struct pg_result *audience_rows = host_store_queue_audiences(query->ctx, query->pg, &named);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    meeting_store_read_agendas(query->ctx, agenda_rows, find_meeting, page->whole);
    host_store_read_all(query->ctx, host_rows, page->hosts);
    host_store_read_audiences(query->ctx, audience_rows, page->hosts);
    return meeting_store_read_minutes(query->ctx, minutes_rows, find_meeting, page->whole);
}

enum err meeting_page_read(struct query *query, struct meeting_page *page)
{
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    page->items = meeting_list_store_read_meetings(query->ctx, page->rows);
    page->n = pg_rows(page->rows);
    return read_rest(query, page);
}

enum err meeting_page_whole(const struct meeting_page *page)
{
    if (page->n == 0)
        return ERR_NOT_FOUND;
    return page->items[0].whole ? ERR_OK : ERR_NOT_ALLOWED;
}

Pb__Meeting *meeting_page_view(struct query *query, const struct meeting_page *page, size_t i)
{
    static const struct meeting_host NOWHERE = {.org.name = ""}; /* it went between the two round trips */
    const struct seen_meeting *meeting = &page->items[i];
    const struct meeting_host *host = uuid_map_get(page->hosts, &meeting->is.organization);
    return (meeting->whole ? view_meeting : view_meeting_header)(query->ctx, &meeting->is, host ? host : &NOWHERE);
}

ProtobufCBinaryData meeting_page_cursor(struct query *query, const struct meeting_page *page, size_t n)
{
    const struct meeting *last = &page->items[n - 1].is;
    return keyset_encode(query->ctx, &(struct keyset){last->starts_at_us, last->id});
}
