#include "services/meeting/told/told_store.h"

#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_list_store.h"

/* t is the row, or NULL, of the meeting and the participant whose ids stand before it. */
#define COLUMNS(meeting, member)                                                                                      \
    meeting ", " member ", t.told_at_us, t.told_by, (SELECT d.full_name FROM directory_member d WHERE d.id = " member \
            "), (SELECT d.full_name FROM directory_member d WHERE d.id = t.told_by)"

void told_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct named_told *ret_told)
{
    *ret_told = (struct named_told){
        .is = {.meeting = pg_get_uuid(rows, row, 0),
               .member = pg_get_uuid(rows, row, 1),
               .at_us = pg_get_int8(rows, row, 2),
               .by = pg_get_uuid(rows, row, 3)},
        .member = pg_get_text(ctx, rows, row, 4),
        .by = pg_get_text(ctx, rows, row, 5),
    };
}

struct named_told *told_store_read_all(TALLOC_CTX *ctx, const struct pg_result *rows)
{
    struct named_told *told = mem_array(ctx, struct named_told, pg_rows(rows));
    for (size_t row = 0; row < pg_rows(rows); row++)
        told_store_read(ctx, rows, row, &told[row]);
    return told;
}

struct pg_args *told_store_pairs(TALLOC_CTX *ctx)
{
    static const struct pg_statement SELECT_TOLD_PAIRS = {
        .name = "select_told_pairs",
        .each = true,
        .sql = "SELECT " COLUMNS(
            "n.meeting_id",
            "n.member_id") " FROM unnest($1::uuid[], $2::uuid[]) n(meeting_id, member_id)"
                           " LEFT JOIN meeting_told t ON t.meeting_id = n.meeting_id AND t.member_id = n.member_id"};
    return pg_args(ctx, &SELECT_TOLD_PAIRS);
}

void told_store_add_pair(struct pg_args *args, const struct uuid *meeting, const struct uuid *member)
{
    pg_add_uuid(args, meeting);
    pg_add_uuid(args, member);
}

struct pg_args *told_store_rows(TALLOC_CTX *ctx)
{
    static const struct pg_statement UPSERT_TOLD = {
        .name = "upsert_told",
        .each = true,
        .sql = "INSERT INTO meeting_told(meeting_id, member_id, told_at_us, told_by)"
               " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int8[], $4::uuid[])"
               " ON CONFLICT (meeting_id, member_id) DO UPDATE SET"
               "  told_at_us = excluded.told_at_us, told_by = excluded.told_by"};
    return pg_args(ctx, &UPSERT_TOLD);
}

void told_store_add(struct pg_args *args, const struct told *told)
{
    pg_add_uuid(args, &told->meeting);
    pg_add_uuid(args, &told->member);
    pg_add_time_or_null(args, told->at_us);
    pg_add_uuid_or_null(args, &told->by);
}

struct pg_result *told_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                   const struct uuid *meeting)
{
    static const struct pg_statement SELECT_TOLD = {
        .name = "select_told",
        .sql = "SELECT " COLUMNS(
            "t.meeting_id",
            "t.member_id") " FROM meeting_told t JOIN meeting m ON m.id = t.meeting_id"
                           " WHERE t.meeting_id = $5::uuid AND t.told_at_us IS NOT NULL AND " MEETING_WHOLE};
    struct pg_args *args = pg_args(ctx, &SELECT_TOLD);
    meeting_list_store_add_scope(args, scope);
    pg_add_uuid(args, meeting);
    return pg_queue(pg, args);
}

struct pg_result *told_store_queue_one(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                       const struct uuid *meeting, const struct uuid *member)
{
    static const struct pg_statement SELECT_TOLD_ONE = {
        .name = "select_told_one",
        .sql = "SELECT " COLUMNS(
            "m.id",
            "$6::uuid") " FROM meeting m LEFT JOIN meeting_told t ON t.meeting_id = m.id AND t.member_id = $6::uuid"
                        " WHERE m.id = $5::uuid AND " MEETING_WHOLE};
    struct pg_args *args = pg_args(ctx, &SELECT_TOLD_ONE);
    meeting_list_store_add_scope(args, scope);
    pg_add_uuid(args, meeting);
    pg_add_uuid(args, member);
    return pg_queue(pg, args);
}
