#include "services/meeting/paper/paper_store.h"

#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_store.h"

struct pg_result *paper_store_queue_parent(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *meeting,
                                           const struct uuid *organization)
{
    static const struct pg_statement SELECT_PARENT = {
        .name = "select_parent",
        .sql = "SELECT p.name FROM directory_organization o"
               " JOIN directory_organization p ON p.id = o.path[cardinality(o.path) - 1]"
               " WHERE o.id = coalesce($2::uuid, (SELECT m.organization_id FROM meeting m WHERE m.id = $1::uuid))"};
    struct pg_args *args = pg_args(ctx, &SELECT_PARENT);
    pg_add_uuid(args, meeting);
    pg_add_uuid(args, organization);
    return pg_queue(pg, args);
}

/* m is the meeting's row; its index is meeting_of_organization. */
#define HELD_IN_PERIOD                                                                                 \
    " WHERE m.organization_id = $1::uuid AND m.starts_at_us >= $2::int8 AND m.starts_at_us < $3::int8" \
    " AND m.state = " SQL_MEETING_STATE_HELD

static struct pg_result *queue_period(TALLOC_CTX *ctx, struct pg *pg, const struct pg_statement *statement,
                                      const struct paper_period *period)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuid(args, period->organization);
    pg_add_int8(args, period->from_us);
    pg_add_int8(args, period->to_us);
    pg_add_int8(args, period->limit);
    return pg_queue(pg, args);
}

struct pg_result *paper_store_queue_held(TALLOC_CTX *ctx, struct pg *pg, const struct paper_period *period)
{
    static const struct pg_statement SELECT_HELD = {
        .name = "select_held",
        .sql = "SELECT " MEETING_COLUMNS ", (SELECT d.title FROM document d WHERE d.id = m.resolution_document_id)"
               " FROM meeting m" HELD_IN_PERIOD " ORDER BY m.starts_at_us, m.id LIMIT $4::int8"};
    return queue_period(ctx, pg, &SELECT_HELD, period);
}

struct paper_entry *paper_store_read_held(TALLOC_CTX *ctx, const struct pg_result *rows)
{
    struct paper_entry *entries = mem_array(ctx, struct paper_entry, pg_rows(rows));
    for (size_t row = 0; row < pg_rows(rows); row++) {
        int column = meeting_store_read(ctx, rows, row, &entries[row].meeting);
        entries[row].resolution = pg_get_text(ctx, rows, row, column);
    }
    return entries;
}

struct pg_result *paper_store_queue_bytes(TALLOC_CTX *ctx, struct pg *pg, const struct paper_period *period)
{
    static const struct pg_statement SELECT_MINUTES_BYTES = {
        .name = "select_minutes_bytes",
        .sql = "SELECT coalesce(sum(octet_length(n.content)), 0)::int8 FROM meeting_minutes n"
               " WHERE n.published_at_us IS NOT NULL AND n.meeting_id = ANY(ARRAY("
               "  SELECT m.id FROM meeting m" HELD_IN_PERIOD " LIMIT $4::int8))"};
    return queue_period(ctx, pg, &SELECT_MINUTES_BYTES, period);
}
