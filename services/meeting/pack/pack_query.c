#include "services/meeting/pack/pack_query.h"

#include "common/base/mem.h"
#include "services/meeting/comment/comment_store.h"
#include "services/meeting/comment/comment_view.h"
#include "services/meeting/meeting/meeting_page.h"

/* The first comments, at most so many and as many as have room; `comments` of the meeting says how many there are, and
 * their list has them all. */
enum { PACK_COMMENTS = 500 };

static enum err get_pack(struct query *query)
{
    const Pb__GetMeetingPack *body = (const Pb__GetMeetingPack *)query->body;
    struct uuid meeting;
    struct meeting_page page;
    enum err err = meeting_page_queue_one(query, body->meeting_id, &meeting, &page);
    if (err)
        return err;
    const struct comment_filter shared = {.meeting = &meeting, .limit = PACK_COMMENTS};
    struct pg_result *comments = comment_store_queue(query->ctx, query->pg, &page.scope, &shared);
    err = meeting_page_read(query, &page);
    if (err)
        return err;
    if (page.n == 0)
        return ERR_NOT_FOUND;
    Pb__MeetingPack *pack = mem_new(query->ctx, Pb__MeetingPack);
    pb__meeting_pack__init(pack);
    pack->meeting = meeting_page_view(query, &page, 0);
    (void)query_has_room(query, &pack->meeting->base); /* it comes first */
    pack->comments = view_comments(query, comment_store_read_all(query->ctx, comments), pg_rows(comments),
                                   &pack->n_comments);
    query->reply = &pack->base;
    query->version = page.items[0].is.version;
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {{&pb__get_meeting_pack__descriptor, get_pack}};
const struct query_table PACK_QUERIES = QUERY_TABLE(QUERIES);
