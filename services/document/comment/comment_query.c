#include "services/document/comment/comment_query.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/document/comment/comment_view.h"
#include "sotay/v1/discussion.pb-c.h"

/* ERR_NOT_FOUND: the document is not visible. */
static enum err find(struct query *query, ProtobufCBinaryData document, struct comment_filter *filter,
                     struct pg_result **ret_rows)
{
    struct directory_scope scope;
    struct uuid id;
    if (uuid_from_pb(document, &id))
        return ERR_NOT_FOUND;
    filter->document = &id;
    directory_scope_read(query->ctx, query->scope, &scope);
    *ret_rows = comment_store_queue(query->ctx, query->pg, &scope, filter);
    enum err err = pg_flush(query->pg);
    return !err && pg_rows(*ret_rows) == 0 ? ERR_NOT_FOUND : err;
}

static struct seen_comment read_row(struct query *query, const struct pg_result *rows, size_t row)
{
    struct seen_comment seen;
    comment_store_read(query->ctx, rows, row, &seen);
    query->private_reply |= seen.is_restricted;
    return seen;
}

static ProtobufCBinaryData cursor_behind(struct query *query, const struct comment *last)
{
    return keyset_encode(query->ctx, &(struct keyset){last->created_at_us, last->id});
}

/* --- ListDocumentComments, GetDocumentComment --------------------------------------------------------------------- */

static Pb__CommentList *view_list(struct query *query, const struct pg_result *rows, size_t limit)
{
    struct comment last = {.created_at_us = 0};
    Pb__CommentList *list = mem_new(query->ctx, Pb__CommentList);
    pb__comment_list__init(list);
    list->items = mem_array(query->ctx, Pb__Comment *, limit);
    for (size_t row = 0; row < pg_rows(rows) && row < limit; row++) {
        struct seen_comment seen = read_row(query, rows, row);
        Pb__Comment *item = uuid_is_zero(&seen.is.id) ? NULL : comment_view(query->ctx, &seen.is, seen.author_name);
        if (!item || !query_has_room(query, &item->base))
            break;
        list->items[list->n_items++] = item;
        last = seen.is;
    }
    list->has_next_cursor = list->n_items > 0 && pg_rows(rows) > list->n_items;
    if (list->has_next_cursor)
        list->next_cursor = cursor_behind(query, &last);
    return list;
}

static enum err list_comments(struct query *query)
{
    const Pb__ListDocumentComments *body = (const Pb__ListDocumentComments *)query->body;
    struct comment_filter filter = {.has_after = body->has_cursor, .limit = (int64_t)body->limit + 1};
    struct pg_result *rows;
    if (body->has_cursor && keyset_decode(body->cursor, &filter.after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    enum err err = find(query, body->document_id, &filter, &rows);
    if (!err)
        query->reply = &view_list(query, rows, body->limit)->base;
    return err;
}

static enum err get_comment(struct query *query)
{
    const Pb__GetDocumentComment *body = (const Pb__GetDocumentComment *)query->body;
    struct uuid id;
    struct comment_filter filter = {.id = &id, .limit = 1};
    struct pg_result *rows;
    if (uuid_from_pb(body->comment_id, &id))
        return ERR_NOT_FOUND;
    enum err err = find(query, body->document_id, &filter, &rows);
    if (err)
        return err;
    struct seen_comment seen = read_row(query, rows, 0);
    if (uuid_is_zero(&seen.is.id))
        return ERR_NOT_FOUND;
    query->reply = &comment_view(query->ctx, &seen.is, seen.author_name)->base;
    return ERR_OK;
}

/* --- ListOwnDocumentComments (member scope) ----------------------------------------------------------------------- */

static Pb__OwnDocumentComment *view_own(struct query *query, const struct seen_comment *seen)
{
    Pb__OwnDocumentComment *own = mem_new(query->ctx, Pb__OwnDocumentComment);
    pb__own_document_comment__init(own);
    own->document_id = uuid_to_pb(query->ctx, &seen->is.document);
    own->comment = comment_view(query->ctx, &seen->is, seen->author_name);
    return own;
}

static Pb__OwnDocumentCommentList *view_own_list(struct query *query, const struct pg_result *rows, size_t limit)
{
    struct comment last = {.created_at_us = 0};
    Pb__OwnDocumentCommentList *list = mem_new(query->ctx, Pb__OwnDocumentCommentList);
    pb__own_document_comment_list__init(list);
    list->items = mem_array(query->ctx, Pb__OwnDocumentComment *, limit);
    for (size_t row = 0; row < pg_rows(rows) && row < limit; row++) {
        struct seen_comment seen = read_row(query, rows, row);
        Pb__OwnDocumentComment *item = view_own(query, &seen);
        if (!query_has_room(query, &item->base))
            break;
        list->items[list->n_items++] = item;
        last = seen.is;
    }
    list->has_next_cursor = pg_rows(rows) > list->n_items;
    if (list->has_next_cursor)
        list->next_cursor = cursor_behind(query, &last);
    return list;
}

static enum err list_own_comments(struct query *query)
{
    const Pb__ListOwnDocumentComments *body = (const Pb__ListOwnDocumentComments *)query->body;
    struct comment_filter filter = {.has_after = body->has_cursor, .limit = (int64_t)body->limit + 1};
    struct directory_scope scope;
    directory_scope_read(query->ctx, query->scope, &scope);
    if (!scope.has_member)
        return ERR_NOT_FOUND;
    if (body->has_cursor && keyset_decode(body->cursor, &filter.after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    struct pg_result *rows = comment_store_queue_own(query->ctx, query->pg, &scope.member, &filter);
    enum err err = pg_flush(query->pg);
    if (!err)
        query->reply = &view_own_list(query, rows, body->limit)->base;
    return err;
}

static const struct query_handler QUERIES[] = {
    {&pb__list_document_comments__descriptor, list_comments},
    {&pb__get_document_comment__descriptor, get_comment},
    {&pb__list_own_document_comments__descriptor, list_own_comments},
};
const struct query_table COMMENT_QUERIES = QUERY_TABLE(QUERIES);
