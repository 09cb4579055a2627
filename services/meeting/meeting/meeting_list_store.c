#include "services/meeting/meeting/meeting_list_store.h"

#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_store.h"

/* At least the header: officers above too. The same rule as meeting_may_read_header. */
#define VISIBLE "(" MEETING_WHOLE " OR (m.state <> " SQL_MEETING_STATE_DRAFT " AND o.path && $4::uuid[]))"

#define MEETINGS                                 \
    "SELECT " MEETING_COLUMNS ", " MEETING_WHOLE \
    " FROM meeting m JOIN directory_organization o ON o.id = m.organization_id WHERE " VISIBLE

/* Bounds that are not given are the ends of time, so that an index serves whichever are. */
#define FILTERS                                                                                        \
    " AND ($5::uuid IS NULL OR $5::uuid = ANY(o.path)) AND ($6::int4 IS NULL OR m.month = $6::int4)"   \
    " AND ($7::int4 IS NULL OR m.kind = $7::int4) AND ($8::int4 IS NULL OR m.state = $8::int4)"        \
    " AND m.starts_at_us >= coalesce($9::int8, -9223372036854775807)"                                  \
    " AND m.starts_at_us < coalesce($10::int8, 9223372036854775807)"                                   \
    " AND ($11::text IS NULL OR strpos(m.place_search, lower(unaccent($11::text))) > 0"                \
    "      OR (" MEETING_WHOLE " AND strpos(m.agenda_search, lower(unaccent($11::text))) > 0))"        \
    " AND (NOT $15::bool OR m.state IN (" SQL_MEETING_STATE_SCHEDULED ", " SQL_MEETING_STATE_HELD "))" \
    " AND (m.starts_at_us, m.id)"                                                                      \
    "   < (coalesce($12::int8, 9223372036854775807), coalesce($13::uuid, '" LAST_ID "'))"              \
    " ORDER BY m.starts_at_us DESC, m.id DESC LIMIT $14::int8"
#define LAST_ID "ffffffff-ffff-ffff-ffff-ffffffffffff"

static const struct pg_statement SELECT_MEETING = {.name = "select_meeting", .sql = MEETINGS " AND m.id = $5::uuid"};
/* Whoever is no officer, or asks for his own only, sees meetings of a few organisations: their index finds them, as
 * those of a part of the tree. Of the whole tree officers see them by time. */
static const struct pg_statement SELECT_MEETINGS_NEAR = {
    .name = "select_meetings_near",
    .sql = MEETINGS
    " AND m.organization_id = ANY(array_append($2::uuid[] || $3::uuid[] || $4::uuid[], $1::uuid))" FILTERS};
static const struct pg_statement SELECT_MEETINGS_WITHIN = {
    .name = "select_meetings_within",
    .sql = MEETINGS " AND m.organization_id = ANY(ARRAY(SELECT s.id FROM directory_organization s"
                    " WHERE s.path @> ARRAY[$5::uuid]))" FILTERS};
static const struct pg_statement SELECT_MEETINGS_BELOW = {.name = "select_meetings_below", .sql = MEETINGS FILTERS};

void meeting_list_store_add_scope(struct pg_args *args, const struct directory_scope *scope)
{
    pg_add_uuid(args, scope->has_branch ? &scope->branch : NULL);
    pg_add_uuids(args, scope->heads, scope->n_heads);
    pg_add_uuids(args, scope->committees, scope->n_committees);
    pg_add_uuids(args, scope->officers, scope->n_officers);
}

static void add_filter(struct pg_args *args, const struct meeting_filter *filter)
{
    pg_add_uuid(args, filter->organization);
    pg_add_int4_or_null(args, filter->has_month, filter->month);
    pg_add_int4_or_null(args, filter->has_kind, filter->kind);
    pg_add_int4_or_null(args, filter->has_state, filter->state);
    pg_add_int8_or_null(args, filter->has_from, filter->from_us);
    pg_add_int8_or_null(args, filter->has_to, filter->to_us);
    pg_add_text(args, filter->q);
    pg_add_int8_or_null(args, filter->has_before, filter->before.at_us);
    pg_add_uuid(args, filter->has_before ? &filter->before.id : NULL);
    pg_add_int8(args, filter->limit);
    pg_add_bool(args, filter->took_place);
}

struct pg_result *meeting_list_store_queue_meetings(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                                    const struct meeting_filter *filter)
{
    bool is_near = scope->n_officers == 0 || filter->is_own;
    const struct pg_statement *list = is_near           ? &SELECT_MEETINGS_NEAR
                                      : filter->is_part ? &SELECT_MEETINGS_WITHIN
                                                        : &SELECT_MEETINGS_BELOW;
    struct pg_args *args = pg_args(ctx, filter->id ? &SELECT_MEETING : list);
    meeting_list_store_add_scope(args, scope);
    if (filter->id)
        pg_add_uuid(args, filter->id);
    else
        add_filter(args, filter);
    return pg_queue(pg, args);
}

struct seen_meeting *meeting_list_store_read_meetings(TALLOC_CTX *ctx, const struct pg_result *rows)
{
    struct seen_meeting *meetings = mem_array(ctx, struct seen_meeting, pg_rows(rows));
    for (size_t row = 0; row < pg_rows(rows); row++) {
        int column = meeting_store_read(ctx, rows, row, &meetings[row].is);
        meetings[row].whole = pg_get_bool(rows, row, column);
    }
    return meetings;
}

struct pg_result *meeting_list_store_queue_org_visible(TALLOC_CTX *ctx, struct pg *pg,
                                                       const struct directory_scope *scope, const struct uuid *org)
{
    static const struct pg_statement SELECT_ORG_VISIBLE = {
        .name = "select_org_visible",
        .sql = "SELECT cardinality(o.path) > 1 FROM directory_organization o WHERE o.id = $6::uuid"
               " AND (o.id = ANY($2::uuid[] || $3::uuid[])"
               " OR o.path && ($4::uuid[] || $5::uuid[])"
               " OR o.id IN (SELECT unnest(b.path) FROM directory_organization b WHERE b.id = $1::uuid))"};
    struct pg_args *args = pg_args(ctx, &SELECT_ORG_VISIBLE);
    meeting_list_store_add_scope(args, scope);
    pg_add_uuids(args, scope->admins, scope->n_admins);
    pg_add_uuid(args, org);
    return pg_queue(pg, args);
}

/* --- beside ------------------------------------------------------------------------------------------------------- */

enum err meeting_store_next_published(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *after, int64_t limit,
                                      struct pg_result **ret_rows)
{
    static const struct pg_statement SELECT_PUBLISHED = {
        .name = "select_published",
        .sql = "SELECT " MEETING_COLUMNS " FROM meeting m WHERE m.state <> " SQL_MEETING_STATE_DRAFT
               " AND m.id > $1::uuid ORDER BY m.id LIMIT $2::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_PUBLISHED);
    pg_add_uuid(args, after);
    pg_add_int8(args, limit);
    return pg_run(pg, args, ret_rows);
}
