#include "services/meeting/told/told_query.h"

#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_page.h"
#include "services/meeting/told/told_store.h"
#include "services/meeting/told/told_view.h"

static bool is_directly_above(const struct directory_scope *scope, const struct directory_org *org)
{
    if (org->level != PB__LEVEL__LEVEL_BRANCH || org->n_path < 2)
        return false;
    for (size_t i = 0; i < scope->n_officers; i++)
        if (uuid_equal(&scope->officers[i], &org->path[org->n_path - 2]))
            return true;
    return false;
}

/* Of the one meeting of the page. ERR_NOT_FOUND, ERR_NOT_ALLOWED. */
static enum err sight_of(const struct meeting_page *page, enum told_sight *ret_sight)
{
    if (page->n == 0)
        return ERR_NOT_FOUND;
    const struct meeting *meeting = &page->items[0].is;
    const struct meeting_host *host = uuid_map_get(page->hosts, &meeting->organization);
    if (!host)
        return ERR_NOT_FOUND; /* it went between the two round trips */
    const struct meeting_actor actor = {.id = page->scope.member,
                                        .standing = directory_scope_standing(&page->scope, &host->org)};
    *ret_sight = told_sight(meeting, &actor, is_directly_above(&page->scope, &host->org));
    return *ret_sight == TOLD_NOTHING ? ERR_NOT_ALLOWED : ERR_OK;
}

static ProtobufCBinaryData *view_ids(TALLOC_CTX *ctx, const struct uuid ids[], size_t n)
{
    ProtobufCBinaryData *views = mem_array(ctx, ProtobufCBinaryData, n);
    for (size_t i = 0; i < n; i++)
        views[i] = uuid_to_pb(ctx, &ids[i]);
    return views;
}

static Pb__MeetingAudience *view_audience(TALLOC_CTX *ctx, const struct meeting *meeting)
{
    Pb__MeetingAudience *view = mem_new(ctx, Pb__MeetingAudience);
    pb__meeting_audience__init(view);
    view->organization_id = uuid_to_pb(ctx, &meeting->organization);
    view->participants = meeting->participants;
    view->n_member_ids = meeting->n_participants;
    view->member_ids = view_ids(ctx, meeting->participant_ids, meeting->n_participants);
    return view;
}

static void view_names(TALLOC_CTX *ctx, const struct pg_result *rows, Pb__MeetingAudience *view)
{
    const struct named_told *told = told_store_read_all(ctx, rows);
    view->names_visible = true;
    view->n_told = pg_rows(rows);
    view->told = mem_array(ctx, Pb__ToldMark *, view->n_told);
    for (size_t i = 0; i < view->n_told; i++)
        view->told[i] = view_told(ctx, &told[i]);
}

static enum err list_readers(struct query *query)
{
    const Pb__ListReaders *body = (const Pb__ListReaders *)query->body;
    struct uuid meeting;
    struct meeting_page page;
    enum told_sight sight;
    enum err err = meeting_page_queue_one(query, body->meeting_id, &meeting, &page);
    if (err)
        return err;
    struct pg_result *rows = told_store_queue(query->ctx, query->pg, &page.scope, &meeting);
    err = meeting_page_read(query, &page);
    if (!err)
        err = sight_of(&page, &sight);
    if (err)
        return err;
    Pb__MeetingAudience *audience = view_audience(query->ctx, &page.items[0].is);
    if (sight == TOLD_NAMES)
        view_names(query->ctx, rows, audience);
    query->reply = &audience->base;
    return ERR_OK;
}

/* The answer to MarkTold, asked for again. */
static enum err get_told(struct query *query)
{
    const Pb__GetToldMark *body = (const Pb__GetToldMark *)query->body;
    struct uuid meeting, member;
    struct meeting_page page;
    enum told_sight sight;
    if (uuid_from_pb(body->member_id, &member))
        return ERR_NOT_FOUND;
    enum err err = meeting_page_queue_one(query, body->meeting_id, &meeting, &page);
    if (err)
        return err;
    struct pg_result *rows = told_store_queue_one(query->ctx, query->pg, &page.scope, &meeting, &member);
    err = meeting_page_read(query, &page);
    if (!err)
        err = sight_of(&page, &sight);
    if (!err && (sight != TOLD_NAMES || pg_rows(rows) == 0))
        err = ERR_NOT_ALLOWED;
    if (!err)
        query->reply = &view_told(query->ctx, told_store_read_all(query->ctx, rows))->base;
    return err;
}

static const struct query_handler QUERIES[] = {{&pb__list_readers__descriptor, list_readers},
                                               {&pb__get_told_mark__descriptor, get_told}};
const struct query_table TOLD_QUERIES = QUERY_TABLE(QUERIES);
