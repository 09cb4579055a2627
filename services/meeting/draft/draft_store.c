#include "services/meeting/draft/draft_store.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/directory/audience_store.h"
#include "services/meeting/meeting/meeting_store.h"

enum { NEW_DAYS = 60 /* what is new where nobody has met yet */, LIMIT_DOCUMENTS = 10 };

struct pg_result *draft_store_queue_taken(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *org, int32_t month)
{
    static const struct pg_statement SELECT_TAKEN = {
        .name = "select_taken_months",
        .sql = "SELECT array_agg(m.month) FROM meeting m WHERE m.organization_id = $1::uuid AND m.month >= $2::int4"
               " AND m.kind = " SQL_MEETING_KIND_REGULAR " AND m.state <> " SQL_MEETING_STATE_CANCELLED};
    struct pg_args *args = pg_args(ctx, &SELECT_TAKEN);
    pg_add_uuid(args, org);
    pg_add_int4(args, month);
    return pg_queue(pg, args);
}

/* m, of the organisation b with the id $1, has begun by $2; of the kind that it meets in. */
#define HAS_MET                                                                                                    \
    "m.organization_id = $1::uuid AND m.starts_at_us <= $2::int8"                                                  \
    " AND m.state IN (" SQL_MEETING_STATE_SCHEDULED ", " SQL_MEETING_STATE_HELD ") AND m.kind ="                   \
    " CASE WHEN b.level = " SQL_LEVEL_BRANCH " THEN " SQL_MEETING_KIND_REGULAR " ELSE " SQL_MEETING_KIND_EXECUTIVE \
    " END"

struct pg_result *draft_store_queue_last(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *org, int64_t now_us)
{
    static const struct pg_statement SELECT_LAST = {
        .name = "select_last_meeting",
        .sql = "SELECT " MEETING_COLUMNS " FROM meeting m JOIN directory_organization b ON b.id = m.organization_id"
               " WHERE " HAS_MET " ORDER BY m.starts_at_us DESC, m.id DESC LIMIT 1"};
    struct pg_args *args = pg_args(ctx, &SELECT_LAST);
    pg_add_uuid(args, org);
    pg_add_int8(args, now_us);
    return pg_queue(pg, args);
}

struct pg_result *draft_store_queue_proposals(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *org)
{
    static const struct pg_statement SELECT_WAITING = {
        .name = "select_waiting_proposals",
        .sql = "SELECT p.id, p.title FROM meeting_proposal p JOIN meeting m ON m.id = p.meeting_id"
               " WHERE m.organization_id = $1::uuid AND p.state = " SQL_PROPOSAL_STATE_NEXT
               " AND NOT EXISTS (SELECT FROM agenda_item i JOIN meeting n ON n.id = i.meeting_id"
               "  WHERE i.source_id = p.id AND n.state <> " SQL_MEETING_STATE_CANCELLED ")"
               " ORDER BY p.created_at_us, p.id LIMIT $2::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_WAITING);
    pg_add_uuid(args, org);
    pg_add_int8(args, MEETING_AGENDA_LIMIT_ITEMS);
    return pg_queue(pg, args);
}

struct pg_result *draft_store_queue_documents(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *org, int64_t now_us)
{
    /* A clause a line. */
    /* clang-format off */
    static const struct pg_statement SELECT_NEW = {
        .name = "select_new_documents",
        .sql = "SELECT d.id, d.title FROM document d JOIN directory_organization b ON b.id = $1::uuid"
               " WHERE " AUDIENCE_COVERS("d", "b.id", "b.path")
               " AND d.published_at_us > coalesce((SELECT max(m.starts_at_us) FROM meeting m WHERE " HAS_MET
               "  ), $3::int8)"
               " AND NOT EXISTS (SELECT FROM agenda_document n JOIN agenda_item i ON i.id = n.item_id"
               "  JOIN meeting m ON m.id = i.meeting_id WHERE n.document_id = d.id AND m.organization_id = b.id"
               "  AND m.state <> " SQL_MEETING_STATE_CANCELLED ")"
               " ORDER BY d.published_at_us DESC, d.id LIMIT $4::int8"};
    /* clang-format on */
    struct pg_args *args = pg_args(ctx, &SELECT_NEW);
    pg_add_uuid(args, org);
    pg_add_int8(args, now_us);
    pg_add_int8(args, now_us - NEW_DAYS * CLOCK_DAY_US);
    pg_add_int8(args, LIMIT_DOCUMENTS);
    return pg_queue(pg, args);
}

struct draft_line *draft_store_read_lines(TALLOC_CTX *ctx, const struct pg_result *rows, size_t *ret_n)
{
    struct draft_line *lines = mem_array(ctx, struct draft_line, pg_rows(rows));
    *ret_n = pg_rows(rows);
    for (size_t row = 0; row < *ret_n; row++)
        lines[row] = (struct draft_line){pg_get_uuid(rows, row, 0), pg_get_text(ctx, rows, row, 1)};
    return lines;
}
