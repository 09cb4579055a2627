#include "services/notification/inbox/inbox_view.h"

#include "common/base/keyset.h"
#include "common/base/mem.h"
#include "services/directory/directory.h"
#include "services/notification/inbox/inbox_store.h"

static enum err read_cursor(struct query *query, ProtobufCBinaryData cursor, struct inbox_place *ret_place)
{
    struct keyset keyset;
    if (keyset_decode(cursor, &keyset))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    ret_place->created_at_us = keyset.at_us;
    ret_place->item = keyset.id;
    return ERR_OK;
}

/* Where the page ends: at its last item. */
static ProtobufCBinaryData write_cursor(TALLOC_CTX *ctx, const Pb__InboxItem *last)
{
    const struct keyset keyset = {.at_us = last->created_at_us, .id = uuid_or_zero(last->id)};
    return keyset_encode(ctx, &keyset);
}

static Pb__InboxList *view_inbox(TALLOC_CTX *ctx, const struct pg_result *rows, const struct pg_result *unread,
                                 size_t limit)
{
    Pb__InboxList *list = mem_new(ctx, Pb__InboxList);
    pb__inbox_list__init(list);
    list->n_items = pg_rows(rows) < limit ? pg_rows(rows) : limit;
    list->items = mem_array(ctx, Pb__InboxItem *, list->n_items);
    for (size_t i = 0; i < list->n_items; i++)
        list->items[i] = inbox_store_read_item(ctx, rows, i);
    if (pg_rows(rows) > limit) {
        list->has_next_cursor = true;
        list->next_cursor = write_cursor(ctx, list->items[limit - 1]);
    }
    list->unread = pg_get_int8(unread, 0, 0);
    return list;
}

static enum err list_inbox(struct query *query)
{
    const Pb__ListInbox *body = (const Pb__ListInbox *)query->body;
    struct directory_scope scope;
    directory_scope_read(query->ctx, query->scope, &scope);
    if (!scope.has_member)
        return ERR_NOT_FOUND;
    struct inbox_filter filter = {.unread_only = body->has_unread && body->unread,
                                  .has_before = body->has_cursor,
                                  .limit = (int64_t)body->limit + 1}; /* one more tells whether there is a next page */
    enum err err = body->has_cursor ? read_cursor(query, body->cursor, &filter.before) : ERR_OK;
    if (err)
        return err;
    struct pg_result *rows = inbox_store_page(query->ctx, query->pg, &scope.member, query->now_us, &filter);
    struct pg_result *unread = inbox_store_unread_count(query->ctx, query->pg, &scope.member, query->now_us);
    err = pg_flush(query->pg);
    if (err)
        return err;
    query->reply = &view_inbox(query->ctx, rows, unread, body->limit)->base;
    return ERR_OK;
}

static const struct query_handler ROWS[] = {{&pb__list_inbox__descriptor, list_inbox}};
const struct query_table INBOX_QUERIES = QUERY_TABLE(ROWS);
