/* Queries take two round trips whatever is found: which rows the scope sees, then what belongs to them. So what is
 * invisible takes as many statements as what is not there. */
#include "services/meeting/queries.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/directory/store.h"
#include "services/meeting/store.h"
#include <endian.h>
#include <string.h>

enum { PACK_COMMENTS = 500, MARK_DAYS = 60 };

/* --- cursors: a time and an id, big endian ------------------------------------------------------------------------ */

struct place {
    int64_t at_us;
    struct uuid id;
};
enum { CURSOR_BYTES = 8 + sizeof(struct uuid) };

static ProtobufCBinaryData write_cursor(TALLOC_CTX *ctx, const struct place *place)
{
    uint8_t bytes[CURSOR_BYTES];
    uint64_t big = htobe64((uint64_t)place->at_us);
    memcpy(bytes, &big, sizeof big);
    memcpy(bytes + sizeof big, place->id.bytes, sizeof place->id.bytes);
    return mem_bytes(ctx, bytes, sizeof bytes);
}

static enum err read_cursor(struct query *query, ProtobufCBinaryData cursor, struct place *ret_place)
{
    uint64_t big;
    if (cursor.len != CURSOR_BYTES)
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    memcpy(&big, cursor.data, sizeof big);
    ret_place->at_us = (int64_t)be64toh(big);
    memcpy(ret_place->id.bytes, cursor.data + sizeof big, sizeof ret_place->id.bytes);
    return ERR_OK;
}

/* --- meetings as a scope sees them -------------------------------------------------------------------------------- */

struct page {
    struct directory_scope scope;
    struct seen_meeting *items;
    size_t n;
    struct uuid_map *by_id; /* struct meeting of those seen whole: they have agendas and audiences */
    struct uuid_map *hosts;
};

static struct meeting *find_meeting(void *arg, const struct uuid *id)
{
    return uuid_map_get(arg, id);
}

/* The second round trip. */
static enum err read_rest(struct query *query, struct page *page)
{
    struct uuid_map *orgs = uuid_map_new(query->ctx), *audiences = uuid_map_new(query->ctx);
    page->by_id = uuid_map_new(query->ctx);
    page->hosts = uuid_map_new(query->ctx);
    for (size_t i = 0; i < page->n; i++) {
        struct seen_meeting *meeting = &page->items[i];
        uuid_map_name(orgs, &meeting->is.organization);
        if (!meeting->whole)
            continue;
        uuid_map_name(audiences, &meeting->is.organization);
        uuid_map_put(page->by_id, &meeting->is.id, &meeting->is);
    }
    struct store_audiences whole = {audiences, uuid_map_new(query->ctx)};
    struct pg_result *agenda_rows = store_queue_agendas(query->ctx, query->pg, uuid_map_ids(page->by_id),
                                                        uuid_map_size(page->by_id));
    struct pg_result *host_rows = store_queue_hosts(query->ctx, query->pg, uuid_map_ids(orgs), uuid_map_size(orgs));
    struct pg_result *audience_rows = store_queue_audiences(query->ctx, query->pg, &whole);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    store_read_agendas(query->ctx, agenda_rows, find_meeting, page->by_id);
    store_read_hosts(query->ctx, host_rows, page->hosts);
    store_read_audiences(query->ctx, audience_rows, page->hosts);
    return ERR_OK;
}

static Pb__Meeting *view_seen(struct query *query, const struct page *page, size_t i)
{
    const struct seen_meeting *meeting = &page->items[i];
    const struct meeting_host *host = uuid_map_get(page->hosts, &meeting->is.organization);
    static const struct meeting_host NOWHERE = {
        .org.name = ""}; /* gone from the directory between the two round trips */
    return (meeting->whole ? view_meeting : view_meeting_header)(query->ctx, &meeting->is, host ? host : &NOWHERE);
}

/* One meeting: page->n is 1 or 0. `beside` may queue more for the first round trip; its result is read by the
 * caller. */
static enum err find_one(struct query *query, ProtobufCBinaryData id, const struct comment_filter *beside,
                         struct page *ret_page, struct pg_result **ret_beside)
{
    struct uuid meeting = {{0}};
    if (uuid_from_pb(id, &meeting))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &ret_page->scope);
    struct meeting_filter filter = {.id = &meeting};
    struct pg_result *rows = store_queue_meetings(query->ctx, query->pg, &ret_page->scope, &filter);
    if (beside) {
        struct comment_filter comments = *beside;
        comments.meeting = &meeting;
        *ret_beside = store_queue_comments(query->ctx, query->pg, &ret_page->scope, &comments);
    }
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    ret_page->items = store_read_meetings(query->ctx, rows);
    ret_page->n = pg_rows(rows);
    return read_rest(query, ret_page);
}

/* --- GetMeeting, GetMeetingPack ----------------------------------------------------------------------------------- */

static enum err get_meeting(struct query *query)
{
    const Pb__GetMeeting *body = (const Pb__GetMeeting *)query->body;
    struct page page = {.n = 0};
    enum err err = find_one(query, body->meeting_id, NULL, &page, NULL);
    if (err)
        return err;
    if (page.n == 0)
        return ERR_NOT_FOUND;
    query->reply = &view_seen(query, &page, 0)->base;
    query->version = page.items[0].is.version;
    return ERR_OK;
}

static Pb__Comment **view_comments(TALLOC_CTX *ctx, const struct pg_result *rows, size_t n)
{
    Pb__Comment **views = mem_array(ctx, Pb__Comment *, n);
    for (size_t i = 0; i < n; i++) {
        struct store_comment comment;
        store_read_comment(ctx, rows, i, &comment);
        views[i] = view_comment(ctx, &comment.is, &comment.names);
    }
    return views;
}

static enum err get_pack(struct query *query)
{
    const Pb__GetMeetingPack *body = (const Pb__GetMeetingPack *)query->body;
    const struct comment_filter shared = {.limit = PACK_COMMENTS};
    struct page page = {.n = 0};
    struct pg_result *comments = NULL;
    enum err err = find_one(query, body->meeting_id, &shared, &page, &comments);
    if (err)
        return err;
    if (page.n == 0)
        return ERR_NOT_FOUND;
    Pb__MeetingPack *pack = mem_new(query->ctx, Pb__MeetingPack);
    pb__meeting_pack__init(pack);
    pack->meeting = view_seen(query, &page, 0);
    pack->n_comments = pg_rows(comments);
    pack->comments = view_comments(query->ctx, comments, pack->n_comments);
    query->reply = &pack->base;
    query->version = page.items[0].is.version;
    return ERR_OK;
}

/* --- ListMeetings ------------------------------------------------------------------------------------------------- */

static enum err read_filter(struct query *query, const Pb__ListMeetings *body, struct meeting_filter *ret_filter)
{
    struct place before = {.at_us = 0};
    enum err err = body->has_cursor ? read_cursor(query, body->cursor, &before) : ERR_OK;
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
        .before_us = before.at_us,
        .before_id = before.id,
        .limit = (int64_t)body->limit + 1, /* one more tells whether there is a next page */
    };
    return err;
}

static Pb__MeetingList *view_list(struct query *query, const struct page *page, size_t limit)
{
    Pb__MeetingList *list = mem_new(query->ctx, Pb__MeetingList);
    pb__meeting_list__init(list);
    list->n_items = page->n < limit ? page->n : limit;
    list->items = mem_array(query->ctx, Pb__Meeting *, list->n_items);
    for (size_t i = 0; i < list->n_items; i++)
        list->items[i] = view_seen(query, page, i);
    if (page->n > limit) {
        const struct meeting *last = &page->items[limit - 1].is;
        list->has_next_cursor = true;
        list->next_cursor = write_cursor(query->ctx, &(struct place){last->starts_at_us, last->id});
    }
    return list;
}

static enum err list_meetings(struct query *query)
{
    const Pb__ListMeetings *body = (const Pb__ListMeetings *)query->body;
    struct page page = {.n = 0};
    struct meeting_filter filter;
    struct uuid org = {{0}};
    enum err err = read_filter(query, body, &filter);
    if (err)
        return err;
    if (body->has_organization_id && uuid_from_pb(body->organization_id, &org))
        return ERR_NOT_FOUND;
    filter.organization = body->has_organization_id ? &org : NULL;
    directory_scope_read(query->ctx, query->scope, &page.scope);
    struct pg_result *org_rows = store_queue_org_visible(query->ctx, query->pg, &page.scope, &org);
    struct pg_result *rows = store_queue_meetings(query->ctx, query->pg, &page.scope, &filter);
    err = pg_flush(query->pg);
    if (err)
        return err;
    page.items = store_read_meetings(query->ctx, rows);
    page.n = pg_rows(rows);
    err = read_rest(query, &page);
    if (err)
        return err;
    if (body->has_organization_id && pg_rows(org_rows) == 0)
        return ERR_NOT_FOUND;
    query->reply = &view_list(query, &page, body->limit)->base;
    return ERR_OK;
}

/* --- ListComments, GetComment (member scope) ---------------------------------------------------------------------- */

static const struct uuid *reader_of(TALLOC_CTX *ctx, const Pb__Scope *scope)
{
    struct uuid *reader = mem_new(ctx, struct uuid);
    return scope && scope->has_member_id && uuid_from_pb(scope->member_id, reader) == ERR_OK ? reader : NULL;
}

/* Whoever sees only the header sees the meeting, but not what is said about it. */
static enum err check_comments_visible(const struct page *page)
{
    if (page->n == 0)
        return ERR_NOT_FOUND;
    return page->items[0].whole ? ERR_OK : ERR_NOT_ALLOWED;
}

static Pb__CommentList *view_comment_list(struct query *query, const struct pg_result *rows, size_t limit)
{
    Pb__CommentList *list = mem_new(query->ctx, Pb__CommentList);
    pb__comment_list__init(list);
    list->n_items = pg_rows(rows) < limit ? pg_rows(rows) : limit;
    list->items = view_comments(query->ctx, rows, list->n_items);
    if (pg_rows(rows) > limit) {
        struct store_comment last;
        store_read_comment(query->ctx, rows, limit - 1, &last);
        list->has_next_cursor = true;
        list->next_cursor = write_cursor(query->ctx, &(struct place){last.is.created_at_us, last.is.id});
    }
    return list;
}

static enum err list_comments(struct query *query)
{
    const Pb__ListComments *body = (const Pb__ListComments *)query->body;
    struct place after = {.at_us = 0};
    enum err err = body->has_cursor ? read_cursor(query, body->cursor, &after) : ERR_OK;
    if (err)
        return err;
    const struct comment_filter filter = {
        .reader = reader_of(query->ctx, query->scope),
        .has_after = body->has_cursor,
        .after_us = after.at_us,
        .after_id = after.id,
        .limit = (int64_t)body->limit + 1,
    };
    struct page page = {.n = 0};
    struct pg_result *rows = NULL;
    err = find_one(query, body->meeting_id, &filter, &page, &rows);
    if (!err)
        err = check_comments_visible(&page);
    if (err)
        return err;
    query->reply = &view_comment_list(query, rows, body->limit)->base;
    return ERR_OK;
}

static enum err get_comment(struct query *query)
{
    const Pb__GetComment *body = (const Pb__GetComment *)query->body;
    struct uuid id = {{0}};
    if (uuid_from_pb(body->comment_id, &id))
        return ERR_NOT_FOUND;
    const struct comment_filter filter = {.id = &id, .reader = reader_of(query->ctx, query->scope), .limit = 1};
    struct page page = {.n = 0};
    struct pg_result *rows = NULL;
    enum err err = find_one(query, body->meeting_id, &filter, &page, &rows);
    if (!err && pg_rows(rows) == 0)
        err = ERR_NOT_FOUND;
    if (!err)
        query->reply = &view_comments(query->ctx, rows, 1)[0]->base;
    return err;
}

/* --- ListMarks (member scope): what I may do ---------------------------------------------------------------------- */

static Pb__Mark *view_mark(struct query *query, const struct page *page, size_t i, const struct meeting_actor *reader)
{
    Pb__Mark *mark = mem_new(query->ctx, Pb__Mark);
    pb__mark__init(mark);
    mark->subject = mem_new(query->ctx, Pb__Subject);
    pb__subject__init(mark->subject);
    mark->subject->type = PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING;
    mark->subject->id = uuid_to_pb(query->ctx, &page->items[i].is.id);
    const struct meeting_host *host = uuid_map_get(page->hosts, &page->items[i].is.organization);
    struct meeting_actor actor = *reader;
    actor.standing = host ? directory_scope_standing(&page->scope, &host->org) : 0;
    mark->can = mem_array(query->ctx, char *, MEETING_ACTIONS);
    for (enum meeting_action action = 0; action < MEETING_ACTIONS; action++)
        if (meeting_check(&page->items[i].is, &actor, action) == ERR_OK)
            mark->can[mark->n_can++] = (char *)(uintptr_t)meeting_action_word(action); /* packed, never written */
    return mark;
}

static Pb__MarkList *view_marks(struct query *query, const struct page *page, const struct meeting_actor *reader,
                                size_t limit)
{
    Pb__MarkList *list = mem_new(query->ctx, Pb__MarkList);
    pb__mark_list__init(list);
    list->n_items = page->n < limit ? page->n : limit;
    list->items = mem_array(query->ctx, Pb__Mark *, list->n_items);
    for (size_t i = 0; i < list->n_items; i++)
        list->items[i] = view_mark(query, page, i, reader);
    if (page->n > limit) {
        const struct meeting *last = &page->items[limit - 1].is;
        list->has_next_cursor = true;
        list->next_cursor = write_cursor(query->ctx, &(struct place){last->starts_at_us, last->id});
    }
    return list;
}

static enum err read_mark_filter(struct query *query, const Pb__ListMarks *body, struct meeting_filter *ret_filter,
                                 struct uuid *subject)
{
    struct place before = {.at_us = 0};
    enum err err = body->has_cursor ? read_cursor(query, body->cursor, &before) : ERR_OK;
    *ret_filter = (struct meeting_filter){
        .has_from = true,
        .from_us = body->has_since_us ? body->since_us : query->now_us - MARK_DAYS * CLOCK_DAY_US,
        .has_before = body->has_cursor,
        .before_us = before.at_us,
        .before_id = before.id,
        .limit = (int64_t)body->limit + 1,
    };
    if (!err && body->has_subject_id)
        err = uuid_from_pb(body->subject_id, subject);
    ret_filter->id = body->has_subject_id ? subject : NULL;
    return err;
}

static enum err list_marks(struct query *query)
{
    const Pb__ListMarks *body = (const Pb__ListMarks *)query->body;
    struct page page = {.n = 0};
    struct meeting_filter filter;
    struct uuid subject;
    enum err err = read_mark_filter(query, body, &filter, &subject);
    if (err)
        return err;
    directory_scope_read(query->ctx, query->scope, &page.scope);
    struct pg_result *status = directory_queue_status(query->ctx, query->pg, &page.scope.member);
    struct pg_result *rows = store_queue_meetings(query->ctx, query->pg, &page.scope, &filter);
    err = pg_flush(query->pg);
    if (err)
        return err;
    page.items = store_read_meetings(query->ctx, rows);
    page.n = pg_rows(rows);
    err = read_rest(query, &page);
    if (err)
        return err;
    struct meeting_actor reader = {.id = page.scope.member};
    reader.is_suspended = directory_is_suspended(status);
    query->reply = &view_marks(query, &page, &reader, body->limit)->base;
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {
    {&pb__get_meeting__descriptor, get_meeting},     {&pb__get_meeting_pack__descriptor, get_pack},
    {&pb__list_meetings__descriptor, list_meetings}, {&pb__list_comments__descriptor, list_comments},
    {&pb__get_comment__descriptor, get_comment},     {&pb__list_marks__descriptor, list_marks},
};
const struct query_table MEETING_QUERIES = QUERY_TABLE(QUERIES);
