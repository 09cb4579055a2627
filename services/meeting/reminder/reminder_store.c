#include "services/meeting/reminder/reminder_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/directory/rules_store.h"

void reminder_store_lock(TALLOC_CTX *ctx, struct pg *pg)
{
    static const struct pg_statement LOCK = {.name = "lock_reminders",
                                             .sql = "SELECT pg_advisory_xact_lock(7363827104)"};
    pg_queue(pg, pg_args(ctx, &LOCK));
}

/* --- branches ----------------------------------------------------------------------------------------------------- */

/* He is a head of organisation $1, or an officer over it, at $5. One question for the whole statement. */
#define MAY_REMIND                                                                                      \
    "EXISTS (SELECT 1 FROM directory_position a WHERE a.member_id = $4::uuid AND a.from_us <= $5::int8" \
    " AND (a.to_us IS NULL OR a.to_us > $5::int8) AND ((a.organization_id = $1::uuid"                   \
    "   AND a.role IN (" SQL_ROLE_DEPUTY_SECRETARY ", " SQL_ROLE_SECRETARY "))"                         \
    "  OR (a.role = " SQL_ROLE_OFFICER " AND a.organization_id IN"                                      \
    "   (SELECT unnest(t.path) FROM directory_organization t WHERE t.id = $1::uuid))))"

/* Rules decide only about who has not registered. A clause a line. */
/* clang-format off */
static const struct pg_statement SELECT_BRANCHES = {
    .name = "select_branches_to_remind",
    .sql = "SELECT o.id, o.path, CASE WHEN m.state IS NULL OR m.state = " SQL_MEETING_STATE_DRAFT
           "   THEN " RULES_OF_PATH("o.path") " END,"
           " m.id IS NOT NULL, m.state, m.starts_at_us, m.resolution_due_at_us, m.resolution_document_id IS NOT NULL,"
           " (SELECT count(DISTINCT p.member_id) FROM directory_position p WHERE p.organization_id = o.id"
           "   AND p.role IN (" SQL_ROLE_DEPUTY_SECRETARY ", " SQL_ROLE_SECRETARY ") AND p.to_us IS NULL)"
           " FROM directory_organization o"
           " LEFT JOIN meeting m ON m.organization_id = o.id AND m.month = $2::int4"
           "   AND m.kind = " SQL_MEETING_KIND_REGULAR " AND m.state <> " SQL_MEETING_STATE_CANCELLED
           " WHERE o.level = " SQL_LEVEL_BRANCH " AND o.state = " SQL_ORGANIZATION_STATE_ACTIVE
           " AND o.path @> ARRAY[$1::uuid] AND (cardinality($3::uuid[]) = 0 OR o.id = ANY($3::uuid[]))"
           " AND ($4::uuid IS NULL OR " MAY_REMIND ")"
           " ORDER BY o.code COLLATE \"C\" LIMIT $6::int8"};
/* clang-format on */

struct pg_result *reminder_store_branches(TALLOC_CTX *ctx, struct pg *pg, const struct reminder_ask *ask,
                                          const struct uuid *actor)
{
    struct pg_args *args = pg_args(ctx, &SELECT_BRANCHES);
    pg_add_uuid(args, &ask->organization);
    pg_add_int4(args, ask->month);
    pg_add_uuids(args, ask->named, ask->n_named);
    pg_add_uuid(args, actor);
    pg_add_int8(args, ask->now_us);
    pg_add_int8(args, REMINDER_BRANCHES_LIMIT + 1);
    return pg_queue(pg, args);
}

/* From the reminders to the branches: so it costs what there is, whatever plan was made while there was little. */
struct pg_result *reminder_store_recent(TALLOC_CTX *ctx, struct pg *pg, const struct reminder_ask *ask)
{
    static const struct pg_statement SELECT_RECENT = {
        .name = "select_reminded",
        .sql = "SELECT r.organization_id, r.at_us FROM reminded r"
               " WHERE r.month = $1::int4 AND r.kind = $2::int4 AND r.at_us > $3::int8"
               " AND NOT EXISTS (SELECT 1 FROM reminder_recalled x WHERE x.notification_id = r.reminder_id)"};
    struct pg_args *args = pg_args(ctx, &SELECT_RECENT);
    pg_add_int4(args, ask->month);
    pg_add_int4(args, (int32_t)ask->kind);
    pg_add_int8(args, ask->now_us - REMINDER_APART_US);
    return pg_queue(pg, args);
}

static void mark_recent(TALLOC_CTX *ctx, const struct pg_result *recent, struct reminder_branch branches[], size_t n)
{
    struct uuid_map *by_id = uuid_map_new(ctx);
    for (size_t i = 0; i < n; i++)
        uuid_map_put(by_id, &branches[i].id, &branches[i]);
    for (size_t row = 0; row < pg_rows(recent); row++) {
        struct uuid id = pg_get_uuid(recent, row, 0);
        struct reminder_branch *branch = uuid_map_get(by_id, &id);
        if (branch)
            branch->reminded_at_us = pg_get_int8(recent, row, 1);
    }
}

struct reminder_branch *reminder_store_read(TALLOC_CTX *ctx, const struct pg_result *rows,
                                            const struct pg_result *recent)
{
    struct reminder_branch *branches = mem_array(ctx, struct reminder_branch, pg_rows(rows));
    for (size_t row = 0; row < pg_rows(rows); row++) {
        branches[row] = (struct reminder_branch){.id = pg_get_uuid(rows, row, 0),
                                                 .rules = rules_store_read(ctx, rows, row, 2),
                                                 .has_meeting = pg_get_bool(rows, row, 3),
                                                 .state = (Pb__MeetingState)pg_get_int8(rows, row, 4),
                                                 .starts_at_us = pg_get_int8(rows, row, 5),
                                                 .resolution_due_at_us = pg_get_int8(rows, row, 6),
                                                 .is_settled = pg_get_bool(rows, row, 7),
                                                 .heads = pg_get_int8(rows, row, 8)};
        branches[row].path = pg_get_uuids(ctx, rows, row, 1, &branches[row].n_path);
    }
    mark_recent(ctx, recent, branches, pg_rows(rows));
    return branches;
}

/* --- what was sent ------------------------------------------------------------------------------------------------ */

struct pg_args *reminder_store_rows(TALLOC_CTX *ctx)
{
    static const struct pg_statement INSERT_REMINDERS = {
        .name = "insert_reminders",
        .each = true,
        .sql = "INSERT INTO reminder(id, organization_id, by_id, answer)"
               " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bytea[])"};
    return pg_args(ctx, &INSERT_REMINDERS);
}

void reminder_store_add(struct pg_args *args, const struct reminder *reminder)
{
    pg_add_uuid(args, &reminder->id);
    pg_add_uuid(args, &reminder->organization);
    pg_add_uuid(args, &reminder->by);
    pg_add_bytes(args, reminder->answer.data, reminder->answer.len);
}

struct pg_args *reminder_store_reminded(TALLOC_CTX *ctx)
{
    static const struct pg_statement UPSERT_REMINDED = {
        .name = "upsert_reminded",
        .each = true,
        .sql = "INSERT INTO reminded(organization_id, month, kind, reminder_id, at_us)"
               " SELECT * FROM unnest($1::uuid[], $2::int4[], $3::int4[], $4::uuid[], $5::int8[])"
               " ON CONFLICT (organization_id, month, kind) DO UPDATE SET reminder_id = excluded.reminder_id,"
               "  at_us = excluded.at_us"};
    return pg_args(ctx, &UPSERT_REMINDED);
}

void reminder_store_add_reminded(struct pg_args *args, const struct reminded *reminded)
{
    pg_add_uuid(args, &reminded->branch);
    pg_add_int4(args, reminded->month);
    pg_add_int4(args, (int32_t)reminded->kind);
    pg_add_uuid(args, &reminded->reminder);
    pg_add_int8(args, reminded->at_us);
}

struct pg_result *reminder_store_answer(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *id, const struct uuid *by)
{
    static const struct pg_statement SELECT_ANSWER = {
        .name = "select_reminder", .sql = "SELECT answer FROM reminder WHERE id = $1::uuid AND by_id = $2::uuid"};
    struct pg_args *args = pg_args(ctx, &SELECT_ANSWER);
    pg_add_uuid(args, id);
    pg_add_uuid(args, by);
    return pg_queue(pg, args);
}

void reminder_store_recall(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *notifications)
{
    static const struct pg_statement RECALL = {.name = "recall_reminders",
                                               .sql = "INSERT INTO reminder_recalled(notification_id)"
                                                      " SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING"};
    pg_queue_ids(pg, ctx, &RECALL, uuid_map_ids(notifications), uuid_map_size(notifications));
}
