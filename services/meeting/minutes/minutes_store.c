#include "services/meeting/minutes/minutes_store.h"

#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_list_store.h"

/* n is the minutes' row. */
#define COLUMNS "n.meeting_id, n.version, n.content, n.published_at_us"

enum err minutes_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct minutes *ret_minutes)
{
    ProtobufCBinaryData packed = pg_get_bytes(ctx, rows, row, 2);
    ProtobufCMessage *content = mem_unpack(ctx, &pb__minutes_content__descriptor, packed.data, packed.len);
    *ret_minutes = (struct minutes){
        .meeting = pg_get_uuid(rows, row, 0),
        .version = (uint64_t)pg_get_int8(rows, row, 1),
        .content = (const Pb__MinutesContent *)content,
        .published_at_us = pg_get_int8(rows, row, 3),
    };
    return content ? ERR_OK : ERR_INTERNAL;
}

struct pg_result *minutes_store_lock(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *meetings)
{
    static const struct pg_statement LOCK_MINUTES = {
        .name = "lock_minutes",
        .sql = "SELECT " COLUMNS " FROM meeting_minutes n WHERE n.meeting_id = ANY($1::uuid[])"
               " ORDER BY n.meeting_id FOR UPDATE"};
    return pg_queue_ids(pg, ctx, &LOCK_MINUTES, uuid_map_ids(meetings), uuid_map_size(meetings));
}

struct pg_args *minutes_store_rows(TALLOC_CTX *ctx)
{
    static const struct pg_statement UPSERT_MINUTES = {
        .name = "upsert_minutes",
        .each = true,
        .sql = "INSERT INTO meeting_minutes(meeting_id, version, content, published_at_us)"
               " SELECT * FROM unnest($1::uuid[], $2::int8[], $3::bytea[], $4::int8[])"
               " ON CONFLICT (meeting_id) DO UPDATE SET version = excluded.version, content = excluded.content,"
               "  published_at_us = excluded.published_at_us"};
    return pg_args(ctx, &UPSERT_MINUTES);
}

void minutes_store_add(struct pg_args *args, const struct minutes *minutes)
{
    TALLOC_CTX *ctx = mem_context(NULL, "minutes");
    ProtobufCBinaryData packed = mem_pack(ctx, &minutes->content->base);
    pg_add_uuid(args, &minutes->meeting);
    pg_add_int8(args, (int64_t)minutes->version);
    pg_add_bytes(args, packed.data, packed.len);
    pg_add_time_or_null(args, minutes->published_at_us);
    mem_free(ctx);
}

/* Who convenes the meeting writes them. */
#define WRITES_THEM                                \
    "coalesce(m.organization_id = ANY($2::uuid[])" \
    " OR (" MEETING_IS_EXECUTIVE " AND m.organization_id = ANY($4::uuid[])), false)"

struct pg_result *minutes_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                      const struct uuid *meeting)
{
    static const struct pg_statement SELECT_MINUTES = {
        .name = "select_minutes",
        .sql = "SELECT " COLUMNS " FROM meeting_minutes n JOIN meeting m ON m.id = n.meeting_id"
               " WHERE n.meeting_id = $5::uuid AND " MEETING_WHOLE " AND (n.published_at_us IS NOT NULL OR " WRITES_THEM
               ")"};
    struct pg_args *args = pg_args(ctx, &SELECT_MINUTES);
    meeting_list_store_add_scope(args, scope);
    pg_add_uuid(args, meeting);
    return pg_queue(pg, args);
}
