#include "services/document/reaction/reaction_query.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/document/reaction/reaction_store.h"
#include "services/document/reaction/reaction_view.h"

static struct seen_reaction read_row(struct query *query, const struct pg_result *rows, size_t row)
{
    struct seen_reaction seen;
    reaction_store_read_seen(query->ctx, rows, row, &seen);
    query->private_reply |= seen.is_restricted;
    return seen;
}

/* ERR_NOT_FOUND: the document is not visible. ERR_WITHDRAWN: what it said is gone. */
static enum err find(struct query *query, ProtobufCBinaryData document, struct pg_result **ret_rows)
{
    struct directory_scope scope;
    struct uuid id;
    if (uuid_from_pb(document, &id))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &scope);
    *ret_rows = reaction_store_queue(query->ctx, query->pg, &scope, &id);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    if (pg_rows(*ret_rows) == 0)
        return ERR_NOT_FOUND;
    return read_row(query, *ret_rows, 0).is_withdrawn ? ERR_WITHDRAWN : ERR_OK;
}

/* --- ListReactions, GetReaction (member scope) -------------------------------------------------------------------- */

static enum err list_reactions(struct query *query)
{
    const Pb__ListReactions *body = (const Pb__ListReactions *)query->body;
    struct pg_result *rows;
    enum err err = find(query, body->document_id, &rows);
    if (err)
        return err;
    Pb__ReactionList *list = mem_new(query->ctx, Pb__ReactionList);
    pb__reaction_list__init(list);
    list->items = mem_array(query->ctx, Pb__Reaction *, pg_rows(rows));
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct seen_reaction seen = read_row(query, rows, row);
        if (!uuid_is_zero(&seen.mine.target))
            list->items[list->n_items++] = reaction_view(query->ctx, &seen.mine, &seen.counts);
    }
    query->reply = &list->base;
    return ERR_OK;
}

/* The answer to ReactToTarget, asked for again. */
static enum err get_reaction(struct query *query)
{
    const Pb__GetReaction *body = (const Pb__GetReaction *)query->body;
    struct uuid target = uuid_or_zero(body->target_id);
    struct pg_result *rows;
    enum err err = find(query, body->document_id, &rows);
    if (err)
        return err;
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct seen_reaction seen = read_row(query, rows, row);
        if (!uuid_is_zero(&target) && uuid_equal(&seen.mine.target, &target)) {
            query->reply = &reaction_view(query->ctx, &seen.mine, &seen.counts)->base;
            return ERR_OK;
        }
    }
    return ERR_NOT_FOUND;
}

/* --- ListOwnReactions (member scope) ------------------------------------------------------------------------------ */

static Pb__OwnReaction *view_own(TALLOC_CTX *ctx, const struct reaction *reaction)
{
    Pb__OwnReaction *own = mem_new(ctx, Pb__OwnReaction);
    pb__own_reaction__init(own);
    own->document_id = uuid_to_pb(ctx, &reaction->document);
    own->target_id = uuid_to_pb(ctx, &reaction->target);
    own->value = reaction->value;
    own->at_us = reaction->at_us;
    return own;
}

static Pb__OwnReactionList *view_own_list(struct query *query, const struct pg_result *rows, size_t limit)
{
    struct reaction last = {.at_us = 0};
    struct reaction_counts none;
    Pb__OwnReactionList *list = mem_new(query->ctx, Pb__OwnReactionList);
    pb__own_reaction_list__init(list);
    list->items = mem_array(query->ctx, Pb__OwnReaction *, limit);
    for (; list->n_items < pg_rows(rows) && list->n_items < limit; list->n_items++) {
        reaction_store_read(query->ctx, rows, list->n_items, &last, &none);
        list->items[list->n_items] = view_own(query->ctx, &last);
    }
    list->has_next_cursor = pg_rows(rows) > list->n_items;
    if (list->has_next_cursor)
        list->next_cursor = keyset_encode(query->ctx, &(struct keyset){last.at_us, last.target});
    return list;
}

static enum err list_own_reactions(struct query *query)
{
    const Pb__ListOwnReactions *body = (const Pb__ListOwnReactions *)query->body;
    struct directory_scope scope;
    struct keyset after;
    directory_scope_read(query->ctx, query->scope, &scope);
    if (!scope.has_member)
        return ERR_NOT_FOUND;
    if (body->has_cursor && keyset_decode(body->cursor, &after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    struct pg_result *rows = reaction_store_queue_own(query->ctx, query->pg, &scope.member,
                                                      body->has_cursor ? &after : NULL, (int64_t)body->limit + 1);
    enum err err = pg_flush(query->pg);
    if (!err)
        query->reply = &view_own_list(query, rows, body->limit)->base;
    return err;
}

static const struct query_handler QUERIES[] = {
    {&pb__list_reactions__descriptor, list_reactions},
    {&pb__get_reaction__descriptor, get_reaction},
    {&pb__list_own_reactions__descriptor, list_own_reactions},
};
const struct query_table REACTION_QUERIES = QUERY_TABLE(QUERIES);
