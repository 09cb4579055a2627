#include "services/meeting/proposal/proposal_store.h"

#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_list_store.h"

/* p is the proposal's row. With the name of its author. */
#define COLUMNS                                                                                        \
    "p.id, p.meeting_id, p.author_id, p.title, p.reason, p.state, p.decision_reason, p.created_at_us," \
    " p.decided_at_us, p.agenda_item_id, (SELECT a.full_name FROM directory_member a WHERE a.id = p.author_id)"

void proposal_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct named_proposal *ret_proposal)
{
    ret_proposal->is = (struct proposal){
        .id = pg_get_uuid(rows, row, 0),
        .meeting = pg_get_uuid(rows, row, 1),
        .author = pg_get_uuid(rows, row, 2),
        .title = pg_get_text(ctx, rows, row, 3),
        .reason = pg_get_text(ctx, rows, row, 4),
        .state = (Pb__ProposalState)pg_get_int8(rows, row, 5),
        .decision_reason = pg_get_text(ctx, rows, row, 6),
        .created_at_us = pg_get_int8(rows, row, 7),
        .decided_at_us = pg_get_int8(rows, row, 8),
        .agenda_item = pg_get_uuid(rows, row, 9),
    };
    ret_proposal->author = pg_get_text(ctx, rows, row, 10);
}

struct named_proposal *proposal_store_read_all(TALLOC_CTX *ctx, const struct pg_result *rows)
{
    struct named_proposal *proposals = mem_array(ctx, struct named_proposal, pg_rows(rows));
    for (size_t row = 0; row < pg_rows(rows); row++)
        proposal_store_read(ctx, rows, row, &proposals[row]);
    return proposals;
}

struct pg_result *proposal_store_lock(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *proposals)
{
    static const struct pg_statement LOCK_PROPOSALS = {
        .name = "lock_proposals",
        .sql = "SELECT " COLUMNS " FROM meeting_proposal p WHERE p.id = ANY($1::uuid[]) ORDER BY p.id FOR UPDATE"};
    return pg_queue_ids(pg, ctx, &LOCK_PROPOSALS, uuid_map_ids(proposals), uuid_map_size(proposals));
}

struct pg_args *proposal_store_open(TALLOC_CTX *ctx)
{
    static const struct pg_statement COUNT_OPEN = {
        .name = "count_open_proposals",
        .each = true,
        .sql = "SELECT n.meeting, n.author, (SELECT count(*) FROM meeting_proposal p WHERE p.meeting_id = n.meeting"
               "   AND p.author_id = n.author AND p.state = " SQL_PROPOSAL_STATE_OPEN ")"
               " FROM unnest($1::uuid[], $2::uuid[]) n(meeting, author)"};
    return pg_args(ctx, &COUNT_OPEN);
}

void proposal_store_add_author(struct pg_args *args, const struct uuid *meeting, const struct uuid *author)
{
    pg_add_uuid(args, meeting);
    pg_add_uuid(args, author);
}

struct pg_args *proposal_store_rows(TALLOC_CTX *ctx)
{
    static const struct pg_statement UPSERT_PROPOSALS = {
        .name = "upsert_proposals",
        .each = true,
        .sql = "INSERT INTO meeting_proposal(id, meeting_id, author_id, title, reason, state, decision_reason,"
               "  created_at_us, decided_at_us, agenda_item_id)"
               " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::int4[],"
               "  $7::text[], $8::int8[], $9::int8[], $10::uuid[])"
               " ON CONFLICT (id) DO UPDATE SET state = excluded.state, decision_reason = excluded.decision_reason,"
               "  decided_at_us = excluded.decided_at_us, agenda_item_id = excluded.agenda_item_id"};
    return pg_args(ctx, &UPSERT_PROPOSALS);
}

void proposal_store_add(struct pg_args *args, const struct proposal *proposal)
{
    pg_add_uuid(args, &proposal->id);
    pg_add_uuid(args, &proposal->meeting);
    pg_add_uuid(args, &proposal->author);
    pg_add_text(args, proposal->title);
    pg_add_text(args, proposal->reason);
    pg_add_int4(args, (int32_t)proposal->state);
    pg_add_text(args, proposal->decision_reason);
    pg_add_int8(args, proposal->created_at_us);
    pg_add_time_or_null(args, proposal->decided_at_us);
    pg_add_uuid_or_null(args, &proposal->agenda_item);
}

struct pg_result *proposal_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                       const struct proposal_filter *filter)
{
    static const struct pg_statement SELECT_PROPOSALS = {
        .name = "select_proposals",
        .sql = "SELECT " COLUMNS " FROM meeting_proposal p JOIN meeting m ON m.id = p.meeting_id"
               " WHERE p.meeting_id = $5::uuid AND " MEETING_WHOLE " AND ($6::uuid IS NULL OR p.id = $6::uuid)"
               " AND ($7::int8 IS NULL OR (p.created_at_us, p.id) > ($7::int8, $8::uuid))"
               " ORDER BY p.created_at_us, p.id LIMIT $9::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_PROPOSALS);
    meeting_list_store_add_scope(args, scope);
    pg_add_uuid(args, filter->meeting);
    pg_add_uuid(args, filter->id);
    pg_add_int8_or_null(args, filter->has_after, filter->after.at_us);
    pg_add_uuid(args, filter->has_after ? &filter->after.id : NULL);
    pg_add_int8(args, filter->limit);
    return pg_queue(pg, args);
}

struct pg_result *proposal_store_own_queue(TALLOC_CTX *ctx, struct pg *pg, const struct proposal_filter *filter)
{
    static const struct pg_statement SELECT_OWN = {
        .name = "select_own_proposals",
        .sql = "SELECT " COLUMNS " FROM meeting_proposal p WHERE p.author_id = $1::uuid"
               " AND ($2::int8 IS NULL OR (p.created_at_us, p.id) > ($2::int8, $3::uuid))"
               " ORDER BY p.created_at_us, p.id LIMIT $4::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_OWN);
    pg_add_uuid(args, filter->reader);
    pg_add_int8_or_null(args, filter->has_after, filter->after.at_us);
    pg_add_uuid(args, filter->has_after ? &filter->after.id : NULL);
    pg_add_int8(args, filter->limit);
    return pg_queue(pg, args);
}
