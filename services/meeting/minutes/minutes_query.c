#include "services/meeting/minutes/minutes_query.h"

#include "services/meeting/meeting/meeting_page.h"
#include "services/meeting/minutes/minutes_store.h"
#include "services/meeting/minutes/minutes_view.h"

/* Minutes that are not published do not exist for whoever may not write them. */
static enum err get_minutes(struct query *query)
{
    const Pb__GetMinutes *body = (const Pb__GetMinutes *)query->body;
    struct uuid meeting;
    struct meeting_page page;
    struct minutes minutes;
    enum err err = meeting_page_queue_one(query, body->meeting_id, &meeting, &page);
    if (err)
        return err;
    struct pg_result *rows = minutes_store_queue(query->ctx, query->pg, &page.scope, &meeting);
    err = meeting_page_read(query, &page);
    if (!err)
        err = meeting_page_whole(&page);
    if (!err && pg_rows(rows) == 0)
        err = ERR_NOT_FOUND;
    if (!err)
        err = minutes_store_read(query->ctx, rows, 0, &minutes);
    if (err)
        return err;
    query->reply = &view_minutes(query->ctx, &minutes)->base;
    query->version = minutes.version;
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {{&pb__get_minutes__descriptor, get_minutes}};
const struct query_table MINUTES_QUERIES = QUERY_TABLE(QUERIES);
