#include "services/auth/transfer/transfer_query.h"

#include "common/base/mem.h"
#include "services/auth/transfer/transfer_view_store.h"

static enum err get_transfer(struct query *query)
{
    const Pb__GetTransfer *body = (const Pb__GetTransfer *)query->body;
    struct directory_scope scope;
    struct uuid id;
    Pb__Transfer *transfer = NULL;
    if (!query->scope || uuid_from_pb(body->transfer_id, &id))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &scope);
    enum err err = transfer_view_store_read(query->pg, query->ctx, &scope, &id, &transfer);
    if (err)
        return err;
    if (!transfer)
        return ERR_NOT_FOUND;
    query->reply = &transfer->base;
    query->version = transfer->version;
    return ERR_OK;
}

static void reply_transfers(struct query *query, Pb__Transfer **items, size_t n, size_t limit)
{
    Pb__TransferList *list = mem_new(query->ctx, Pb__TransferList);
    pb__transfer_list__init(list);
    list->items = items;
    while (list->n_items < n && list->n_items < limit && query_has_room(query, &items[list->n_items]->base))
        list->n_items++;
    list->has_next_cursor = n > list->n_items;
    if (list->has_next_cursor) {
        const Pb__Transfer *last = items[list->n_items - 1];
        list->next_cursor = keyset_encode(query->ctx, &(struct keyset){last->created_at_us, uuid_or_zero(last->id)});
    }
    query->reply = &list->base;
}

static enum err list_transfers(struct query *query)
{
    const Pb__ListTransfers *body = (const Pb__ListTransfers *)query->body;
    struct directory_scope scope;
    struct keyset after;
    struct transfer_filter filter = {.has_state = body->has_state, .state = body->state, .limit = (int)body->limit + 1};
    Pb__Transfer **items;
    size_t n;
    if (body->has_cursor && keyset_decode(body->cursor, &after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    filter.after = body->has_cursor ? &after : NULL;
    directory_scope_read(query->ctx, query->scope, &scope);
    enum err err = transfer_view_store_list(query->pg, query->ctx, &scope, &filter, &items, &n);
    if (!err)
        reply_transfers(query, items, n, body->limit);
    return err;
}

static const struct query_handler ROWS[] = {
    {&pb__get_transfer__descriptor, get_transfer},
    {&pb__list_transfers__descriptor, list_transfers},
};
const struct query_table TRANSFER_QUERIES = QUERY_TABLE(ROWS);
