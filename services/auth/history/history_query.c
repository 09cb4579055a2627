/* Who changed what of a member, when and why: for those who see his status and contact. */
#include "services/auth/history/history_query.h"

#include "common/base/mem.h"
#include "services/auth/history/history_store.h"
#include "services/auth/member/member_query.h"

static void reply_history(struct query *query, const struct history_entry entries[], size_t n, size_t limit)
{
    Pb__HistoryList *list = mem_new(query->ctx, Pb__HistoryList);
    pb__history_list__init(list);
    list->items = mem_array(query->ctx, Pb__History *, n + 1);
    while (list->n_items < n && list->n_items < limit && query_has_room(query, &entries[list->n_items].item->base)) {
        list->items[list->n_items] = entries[list->n_items].item;
        list->n_items++;
    }
    list->has_next_cursor = n > list->n_items;
    if (list->has_next_cursor)
        list->next_cursor = keyset_encode(query->ctx, &entries[list->n_items - 1].place);
    query->reply = &list->base;
}

static enum err list_history(struct query *query)
{
    const Pb__ListHistory *body = (const Pb__ListHistory *)query->body;
    Pb__Member *member;
    enum member_sight sight;
    struct keyset after;
    struct history_entry *entries;
    size_t n;
    if (body->has_cursor && keyset_decode(body->cursor, &after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    enum err err = member_visible(query, body->member_id, &member, &sight);
    if (!err && sight != MEMBER_WHOLE)
        err = ERR_NOT_ALLOWED;
    if (err)
        return err;
    struct uuid id = uuid_or_zero(member->id);
    err = history_store_list(query->pg, query->ctx, &id, body->has_cursor ? &after : NULL, (int)body->limit + 1,
                             &entries, &n);
    if (!err)
        reply_history(query, entries, n, body->limit);
    return err;
}

static const struct query_handler ROWS[] = {
    {&pb__list_history__descriptor, list_history},
};
const struct query_table HISTORY_QUERIES = QUERY_TABLE(ROWS);
