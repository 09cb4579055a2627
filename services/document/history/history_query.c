#include "services/document/history/history_query.h"

#include "common/base/mem.h"
#include "services/document/history/history_store.h"

/* The first row is there: it says who may cache the answer, if nothing else. */
static enum err view_list(struct query *query, const struct pg_result *rows, size_t limit,
                          Pb__DocumentHistoryList *list)
{
    struct seen_history seen;
    struct keyset last = {.at_us = 0};
    list->items = mem_array(query->ctx, Pb__DocumentHistory *, limit);
    for (size_t row = 0; row < pg_rows(rows) && row < limit; row++) {
        enum err err = history_store_read(query->ctx, rows, row, &seen);
        if (err)
            return err;
        query->private_reply |= seen.is_restricted;
        if (!seen.is || !query_has_room(query, &seen.is->base))
            break;
        list->items[list->n_items++] = seen.is;
        last = seen.place;
    }
    list->has_next_cursor = list->n_items > 0 && pg_rows(rows) > list->n_items;
    if (list->has_next_cursor)
        list->next_cursor = keyset_encode(query->ctx, &last);
    return ERR_OK;
}

static enum err list_history(struct query *query)
{
    const Pb__ListDocumentHistory *body = (const Pb__ListDocumentHistory *)query->body;
    struct directory_scope scope;
    struct keyset before;
    struct uuid id;
    if (body->has_cursor && keyset_decode(body->cursor, &before))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    if (uuid_from_pb(body->document_id, &id))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &scope);
    const struct pg_result *rows = history_store_queue(query->ctx, query->pg, &scope, &id,
                                                       body->has_cursor ? &before : NULL, (int64_t)body->limit + 1);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    if (pg_rows(rows) == 0)
        return ERR_NOT_FOUND;
    Pb__DocumentHistoryList *list = mem_new(query->ctx, Pb__DocumentHistoryList);
    pb__document_history_list__init(list);
    query->reply = &list->base;
    return view_list(query, rows, body->limit, list);
}

static const struct query_handler QUERIES[] = {{&pb__list_document_history__descriptor, list_history}};
const struct query_table HISTORY_QUERIES = QUERY_TABLE(QUERIES);
