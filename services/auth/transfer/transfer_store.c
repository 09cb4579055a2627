#include "services/auth/transfer/transfer_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"

static const struct pg_statement LOAD = {
    .name = "transfer_load",
    .sql = "SELECT id, version, member_id, from_branch_id, to_branch_id, kind, coalesce(until_date, 0), reason, state,"
           "    decision_reason, created_at_us, coalesce(settled_at_us, 0), coalesce(ended_at_us, 0)"
           " FROM transfer WHERE id = ANY($1::uuid[] || ARRAY(SELECT id FROM transfer WHERE member_id = ANY($2::uuid[])"
           "     AND (state = " SQL_TRANSFER_STATE_REQUESTED " OR (state = " SQL_TRANSFER_STATE_DONE
           "          AND kind = " SQL_TRANSFER_KIND_TEMPORARY " AND ended_at_us IS NULL))))"
           " ORDER BY id FOR UPDATE"};
static const struct pg_statement PUT = {
    .name = "transfer_put",
    .each = true,
    .sql =
        "INSERT INTO transfer (id, version, member_id, from_branch_id, to_branch_id, kind, until_date, reason, state,"
        "    decision_reason, created_at_us, settled_at_us, ended_at_us) SELECT *"
        " FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::uuid[], $5::uuid[], $6::int4[], $7::int4[],"
        "    $8::text[], $9::int4[], $10::text[], $11::int8[], $12::int8[], $13::int8[])"
        " ON CONFLICT (id) DO UPDATE SET version = excluded.version, state = excluded.state,"
        "    decision_reason = excluded.decision_reason, settled_at_us = excluded.settled_at_us,"
        "    ended_at_us = excluded.ended_at_us"};

struct pg_result *transfer_store_load_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *ids, size_t n,
                                            const struct uuid *members, size_t n_members)
{
    struct pg_args *args = pg_args(ctx, &LOAD);
    pg_add_uuids(args, ids, n);
    pg_add_uuids(args, members, n_members);
    return pg_queue(pg, args);
}

void transfer_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct transfer *ret_transfer)
{
    *ret_transfer = (struct transfer){
        .id = pg_get_uuid(rows, row, 0),
        .version = (uint64_t)pg_get_int8(rows, row, 1),
        .member = pg_get_uuid(rows, row, 2),
        .from = pg_get_uuid(rows, row, 3),
        .to = pg_get_uuid(rows, row, 4),
        .kind = (Pb__TransferKind)pg_get_int8(rows, row, 5),
        .until = (int32_t)pg_get_int8(rows, row, 6),
        .reason = pg_get_text(ctx, rows, row, 7),
        .state = (Pb__TransferState)pg_get_int8(rows, row, 8),
        .decision_reason = pg_get_text(ctx, rows, row, 9),
        .created_at_us = pg_get_int8(rows, row, 10),
        .settled_at_us = pg_get_int8(rows, row, 11),
        .ended_at_us = pg_get_int8(rows, row, 12),
    };
}

struct pg_args *transfer_store_put(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &PUT);
}

void transfer_store_put_add(struct pg_args *args, const struct transfer *transfer)
{
    pg_add_uuid(args, &transfer->id);
    pg_add_int8(args, (int64_t)transfer->version);
    pg_add_uuid(args, &transfer->member);
    pg_add_uuid(args, &transfer->from);
    pg_add_uuid(args, &transfer->to);
    pg_add_int4(args, (int32_t)transfer->kind);
    pg_add_int4_or_null(args, transfer->kind == PB__TRANSFER_KIND__TRANSFER_KIND_TEMPORARY, transfer->until);
    pg_add_text(args, transfer->reason);
    pg_add_int4(args, (int32_t)transfer->state);
    pg_add_text(args, transfer->decision_reason);
    pg_add_int8(args, transfer->created_at_us);
    pg_add_time_or_null(args, transfer->settled_at_us);
    pg_add_time_or_null(args, transfer->ended_at_us);
}
