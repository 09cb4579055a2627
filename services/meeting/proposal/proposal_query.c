#include "services/meeting/proposal/proposal_query.h"

#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_page.h"
#include "services/meeting/proposal/proposal_store.h"
#include "services/meeting/proposal/proposal_view.h"

/* The proposals of one meeting, and the meeting as the scope sees it. */
static enum err find(struct query *query, ProtobufCBinaryData meeting_id, struct proposal_filter *filter,
                     struct meeting_page *ret_page, struct pg_result **ret_rows)
{
    struct uuid meeting;
    enum err err = meeting_page_queue_one(query, meeting_id, &meeting, ret_page);
    if (err)
        return err;
    filter->meeting = &meeting;
    *ret_rows = proposal_store_queue(query->ctx, query->pg, &ret_page->scope, filter);
    return meeting_page_read(query, ret_page);
}

static Pb__ProposalList *view_list(struct query *query, const struct pg_result *rows, size_t limit)
{
    const struct named_proposal *proposals = proposal_store_read_all(query->ctx, rows);
    Pb__ProposalList *list = mem_new(query->ctx, Pb__ProposalList);
    pb__proposal_list__init(list);
    list->items = mem_array(query->ctx, Pb__Proposal *, limit);
    for (size_t i = 0; i < pg_rows(rows) && i < limit; i++) {
        Pb__Proposal *item = view_proposal(query->ctx, &proposals[i]);
        if (!query_has_room(query, &item->base))
            break;
        list->items[list->n_items++] = item;
    }
    list->has_next_cursor = pg_rows(rows) > list->n_items;
    if (list->has_next_cursor) {
        const struct proposal *last = &proposals[list->n_items - 1].is;
        list->next_cursor = keyset_encode(query->ctx, &(struct keyset){last->created_at_us, last->id});
    }
    return list;
}

static enum err list_proposals(struct query *query)
{
    const Pb__ListProposals *body = (const Pb__ListProposals *)query->body;
    struct proposal_filter filter = {.has_after = body->has_cursor, .limit = (int64_t)body->limit + 1};
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

static enum err get_proposal(struct query *query)
{
    const Pb__GetProposal *body = (const Pb__GetProposal *)query->body;
    struct uuid id;
    struct proposal_filter filter = {.id = &id, .limit = 1};
    struct meeting_page page;
    struct pg_result *rows;
    if (uuid_from_pb(body->proposal_id, &id))
        return ERR_NOT_FOUND;
    enum err err = find(query, body->meeting_id, &filter, &page, &rows);
    if (!err && pg_rows(rows) == 0)
        err = ERR_NOT_FOUND;
    if (!err)
        query->reply = &view_proposal(query->ctx, proposal_store_read_all(query->ctx, rows))->base;
    return err;
}

/* --- ListOwnProposals (member scope) --- */

static Pb__OwnProposal *view_own(TALLOC_CTX *ctx, const struct named_proposal *named)
{
    Pb__OwnProposal *own = mem_new(ctx, Pb__OwnProposal);
    pb__own_proposal__init(own);
    own->meeting_id = uuid_to_pb(ctx, &named->is.meeting);
    own->proposal = view_proposal(ctx, named);
    return own;
}

static Pb__OwnProposalList *view_own_list(struct query *query, const struct pg_result *rows, size_t limit)
{
    const struct named_proposal *proposals = proposal_store_read_all(query->ctx, rows);
    Pb__OwnProposalList *list = mem_new(query->ctx, Pb__OwnProposalList);
    pb__own_proposal_list__init(list);
    list->items = mem_array(query->ctx, Pb__OwnProposal *, limit);
    for (size_t i = 0; i < pg_rows(rows) && i < limit; i++) {
        Pb__OwnProposal *item = view_own(query->ctx, &proposals[i]);
        if (!query_has_room(query, &item->base))
            break;
        list->items[list->n_items++] = item;
    }
    list->has_next_cursor = pg_rows(rows) > list->n_items;
    if (list->has_next_cursor) {
        const struct proposal *last = &proposals[list->n_items - 1].is;
        list->next_cursor = keyset_encode(query->ctx, &(struct keyset){last->created_at_us, last->id});
    }
    return list;
}

static enum err list_own_proposals(struct query *query)
{
    const Pb__ListOwnProposals *body = (const Pb__ListOwnProposals *)query->body;
    struct directory_scope scope;
    directory_scope_read(query->ctx, query->scope, &scope);
    struct proposal_filter filter = {
        .reader = &scope.member, .has_after = body->has_cursor, .limit = (int64_t)body->limit + 1};
    if (!scope.has_member)
        return ERR_NOT_FOUND;
    if (body->has_cursor && keyset_decode(body->cursor, &filter.after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    const struct pg_result *rows = proposal_store_own_queue(query->ctx, query->pg, &filter);
    enum err err = pg_flush(query->pg);
    if (!err)
        query->reply = &view_own_list(query, rows, body->limit)->base;
    return err;
}

static const struct query_handler QUERIES[] = {
    {&pb__list_proposals__descriptor, list_proposals},
    {&pb__get_proposal__descriptor, get_proposal},
    {&pb__list_own_proposals__descriptor, list_own_proposals},
};
const struct query_table PROPOSAL_QUERIES = QUERY_TABLE(QUERIES);
