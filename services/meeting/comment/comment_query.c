#include "services/meeting/comment/comment_query.h"

#include "common/base/mem.h"
#include "services/meeting/comment/comment_store.h"
#include "services/meeting/comment/comment_view.h"
#include "services/meeting/meeting/meeting_page.h"

/* The comments of one meeting, and the meeting as the scope sees it. */
static enum err find(struct query *query, ProtobufCBinaryData meeting_id, struct comment_filter *filter,
                     struct meeting_page *ret_page, struct pg_result **ret_rows)
{
    struct uuid meeting;
    enum err err = meeting_page_queue_one(query, meeting_id, &meeting, ret_page);
    if (err)
        return err;
    filter->meeting = &meeting;
    filter->reader = ret_page->scope.has_member ? &ret_page->scope.member : NULL;
    *ret_rows = comment_store_queue(query->ctx, query->pg, &ret_page->scope, filter);
    return meeting_page_read(query, ret_page);
}

static Pb__CommentList *view_list(struct query *query, const struct pg_result *rows, size_t limit)
{
    const struct named_comment *comments = comment_store_read_all(query->ctx, rows);
    Pb__CommentList *list = mem_new(query->ctx, Pb__CommentList);
    pb__comment_list__init(list);
    size_t n = pg_rows(rows) < limit ? pg_rows(rows) : limit;
    list->items = view_comments(query, comments, n, &list->n_items);
    list->has_next_cursor = pg_rows(rows) > list->n_items;
    if (list->has_next_cursor) {
        const struct comment *last = &comments[list->n_items - 1].is;
        list->next_cursor = keyset_encode(query->ctx, &(struct keyset){last->created_at_us, last->id});
    }
    return list;
}

static enum err list_comments(struct query *query)
{
    const Pb__ListComments *body = (const Pb__ListComments *)query->body;
    struct comment_filter filter = {.has_after = body->has_cursor, .limit = (int64_t)body->limit + 1};
    struct meeting_page page;
    struct pg_result *rows;
    if (body->has_cursor && keyset_decode(body->cursor, &filter.after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    enum err err = find(query, body->meeting_id, &filter, &page, &rows);
    if (!err)
        err = meeting_page_whole(&page);
    if (!err)
        query->reply = &view_list(query, rows, body->limit)->base;
    return err;
}

static enum err get_comment(struct query *query)
{
    const Pb__GetComment *body = (const Pb__GetComment *)query->body;
    struct uuid id;
    struct comment_filter filter = {.id = &id, .limit = 1};
    struct meeting_page page;
    struct pg_result *rows;
    if (uuid_from_pb(body->comment_id, &id))
        return ERR_NOT_FOUND;
    enum err err = find(query, body->meeting_id, &filter, &page, &rows);
    if (!err && pg_rows(rows) == 0)
        err = ERR_NOT_FOUND;
    if (!err)
        query->reply = &view_comment(query->ctx, comment_store_read_all(query->ctx, rows))->base;
    return err;
}

/* --- ListOwnComments (member scope) --- */

static Pb__OwnComment *view_own(TALLOC_CTX *ctx, const struct named_comment *named)
{
    Pb__OwnComment *own = mem_new(ctx, Pb__OwnComment);
    pb__own_comment__init(own);
    own->meeting_id = uuid_to_pb(ctx, &named->is.meeting);
    own->comment = view_comment(ctx, named);
    return own;
}

static Pb__OwnCommentList *view_own_list(struct query *query, const struct pg_result *rows, size_t limit)
{
    const struct named_comment *comments = comment_store_read_all(query->ctx, rows);
    Pb__OwnCommentList *list = mem_new(query->ctx, Pb__OwnCommentList);
    pb__own_comment_list__init(list);
    list->items = mem_array(query->ctx, Pb__OwnComment *, limit);
    for (size_t i = 0; i < pg_rows(rows) && i < limit; i++) {
        Pb__OwnComment *item = view_own(query->ctx, &comments[i]);
        if (!query_has_room(query, &item->base))
            break;
        list->items[list->n_items++] = item;
    }
    list->has_next_cursor = pg_rows(rows) > list->n_items;
    if (list->has_next_cursor) {
        const struct comment *last = &comments[list->n_items - 1].is;
        list->next_cursor = keyset_encode(query->ctx, &(struct keyset){last->created_at_us, last->id});
    }
    return list;
}

static enum err list_own_comments(struct query *query)
{
    const Pb__ListOwnComments *body = (const Pb__ListOwnComments *)query->body;
    struct directory_scope scope;
    directory_scope_read(query->ctx, query->scope, &scope);
    struct comment_filter filter = {
        .reader = &scope.member, .has_after = body->has_cursor, .limit = (int64_t)body->limit + 1};
    if (!scope.has_member)
        return ERR_NOT_FOUND;
    if (body->has_cursor && keyset_decode(body->cursor, &filter.after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    const struct pg_result *rows = comment_store_own_queue(query->ctx, query->pg, &filter);
    enum err err = pg_flush(query->pg);
    if (!err)
        query->reply = &view_own_list(query, rows, body->limit)->base;
    return err;
}

static const struct query_handler QUERIES[] = {
    {&pb__list_comments__descriptor, list_comments},
    {&pb__get_comment__descriptor, get_comment},
    {&pb__list_own_comments__descriptor, list_own_comments},
};
const struct query_table COMMENT_QUERIES = QUERY_TABLE(QUERIES);
