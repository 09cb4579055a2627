#include "services/meeting/reminder/reminder_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/directory/rules_store.h"
#include <string.h>

void reminder_store_lock(TALLOC_CTX *ctx, struct pg *pg)
{
    static const struct pg_statement LOCK = {.name = "lock_reminders",
                                             .sql = "SELECT pg_advisory_xact_lock(7363827104)"};
    pg_queue(pg, pg_args(ctx, &LOCK));
}

/* --- branches ----------------------------------------------------------------------------------------------------- */

/* He is a head of organisation $1, or an officer over it, at some moment from $3 to $4; or it was judged. One question
 * for the whole statement. */
#define MAY_REMIND                                                                                 \
    "($2::uuid IS NULL OR EXISTS (SELECT 1 FROM directory_position a WHERE a.member_id = $2::uuid" \
    " AND a.from_us <= $4::int8 AND (a.to_us IS NULL OR a.to_us > $3::int8)"                       \
    " AND ((a.organization_id = $1::uuid"                                                          \
    "   AND a.role IN (" SQL_ROLE_DEPUTY_SECRETARY ", " SQL_ROLE_SECRETARY "))"                    \
    "  OR (a.role = " SQL_ROLE_OFFICER " AND a.organization_id IN"                                 \
    "   (SELECT unnest(t.path) FROM directory_organization t WHERE t.id = $1::uuid)))))"
#define ARE_ASKED_FOR                                                                            \
    "o.level = " SQL_LEVEL_BRANCH " AND o.state = " SQL_ORGANIZATION_STATE_ACTIVE                \
    " AND o.path @> ARRAY[$1::uuid] AND (cardinality($5::uuid[]) = 0 OR o.id = ANY($5::uuid[]))" \
    " AND " MAY_REMIND

static const struct pg_statement SELECT_BRANCHES = {
    .name = "select_branches_to_remind",
    .sql = "SELECT o.id, o.path, m.id IS NOT NULL, m.state, m.starts_at_us, m.resolution_due_at_us,"
           " m.resolution_document_id IS NOT NULL FROM directory_organization o"
           " LEFT JOIN meeting m ON m.organization_id = o.id AND m.month = $6::int4"
           " AND m.kind = " SQL_MEETING_KIND_REGULAR " AND m.state <> " SQL_MEETING_STATE_CANCELLED
           " WHERE " ARE_ASKED_FOR " ORDER BY o.code COLLATE \"C\" LIMIT $7::int8"};
/* An array first: the plan goes to the positions once, however many branches there are. */
static const struct pg_statement SELECT_HEADS = {
    .name = "select_heads_to_remind",
    .sql = "SELECT p.organization_id, count(DISTINCT p.member_id) FROM directory_position p"
           " WHERE p.role IN (" SQL_ROLE_DEPUTY_SECRETARY ", " SQL_ROLE_SECRETARY ") AND p.to_us IS NULL"
           " AND p.organization_id = ANY(ARRAY(SELECT o.id FROM directory_organization o WHERE " ARE_ASKED_FOR "))"
           " GROUP BY p.organization_id"};
/* Few say anything. */
static const struct pg_statement SELECT_RULES = {
    .name = "select_rules_of_all", .sql = "SELECT id, rules FROM directory_organization WHERE rules IS NOT NULL"};

static struct pg_args *asked_for(TALLOC_CTX *ctx, const struct pg_statement *statement, const struct reminder_ask *ask,
                                 const struct reminder_actor *actor)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuid(args, &ask->organization);
    pg_add_uuid(args, actor ? &actor->id : NULL);
    pg_add_int8(args, actor ? actor->from_us : 0);
    pg_add_int8(args, actor ? actor->to_us : 0);
    pg_add_uuids(args, ask->named, ask->n_named);
    return args;
}

struct reminder_rows reminder_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct reminder_ask *ask,
                                          const struct reminder_actor *actor)
{
    struct pg_args *branches = asked_for(ctx, &SELECT_BRANCHES, ask, actor);
    pg_add_int4(branches, ask->month);
    pg_add_int8(branches, REMINDER_BRANCHES_LIMIT + 1);
    struct reminder_rows rows = {.branches = pg_queue(pg, branches)};
    rows.heads = pg_queue(pg, asked_for(ctx, &SELECT_HEADS, ask, actor));
    rows.rules = pg_queue(pg, pg_args(ctx, &SELECT_RULES));
    return rows;
}

/* What all on the branch's path have said, in one record; NULL: nobody has said anything. */
static const Pb__DirectoryRules *rules_of(TALLOC_CTX *ctx, const struct uuid_map *said,
                                          const struct reminder_branch *branch)
{
    Pb__DirectoryRules *all = NULL;
    for (size_t i = 0; i < branch->n_path; i++) {
        const Pb__DirectoryRules *rules = uuid_map_get(said, &branch->path[i]);
        if (!rules)
            continue;
        if (!all) {
            all = mem_new(ctx, Pb__DirectoryRules);
            pb__directory_rules__init(all);
        }
        all->versions = mem_grow(ctx, all->versions, sizeof(Pb__DirectoryRules__Version *),
                                 all->n_versions + rules->n_versions);
        memcpy(all->versions + all->n_versions, rules->versions, rules->n_versions * sizeof *rules->versions);
        all->n_versions += rules->n_versions;
    }
    return all;
}

static struct uuid_map *read_rules(TALLOC_CTX *ctx, const struct pg_result *rows)
{
    struct uuid_map *said = uuid_map_new(ctx);
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct uuid id = pg_get_uuid(rows, row, 0);
        uuid_map_put(said, &id, (void *)(uintptr_t)rules_store_read(ctx, rows, row, 1)); /* never written */
    }
    return said;
}

static struct uuid_map *by_id(TALLOC_CTX *ctx, struct reminder_branch branches[], size_t n)
{
    struct uuid_map *map = uuid_map_new(ctx);
    for (size_t i = 0; i < n; i++)
        uuid_map_put(map, &branches[i].id, &branches[i]);
    return map;
}

static void read_heads(TALLOC_CTX *ctx, const struct pg_result *rows, struct reminder_branch branches[], size_t n)
{
    const struct uuid_map *map = by_id(ctx, branches, n);
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct uuid id = pg_get_uuid(rows, row, 0);
        struct reminder_branch *branch = uuid_map_get(map, &id);
        if (branch)
            branch->heads = pg_get_int8(rows, row, 1);
    }
}

struct reminder_branch *reminder_store_read(TALLOC_CTX *ctx, const struct reminder_rows *rows, size_t *ret_n)
{
    const struct pg_result *found = rows->branches;
    const struct uuid_map *said = read_rules(ctx, rows->rules);
    struct reminder_branch *branches = mem_array(ctx, struct reminder_branch, pg_rows(found));
    for (size_t row = 0; row < pg_rows(found); row++) {
        branches[row] = (struct reminder_branch){.id = pg_get_uuid(found, row, 0),
                                                 .has_meeting = pg_get_bool(found, row, 2),
                                                 .state = (Pb__MeetingState)pg_get_int8(found, row, 3),
                                                 .starts_at_us = pg_get_int8(found, row, 4),
                                                 .resolution_due_at_us = pg_get_int8(found, row, 5),
                                                 .is_settled = pg_get_bool(found, row, 6)};
        branches[row].path = pg_get_uuids(ctx, found, row, 1, &branches[row].n_path);
        branches[row].rules = rules_of(ctx, said, &branches[row]);
    }
    *ret_n = pg_rows(found);
    read_heads(ctx, rows->heads, branches, *ret_n);
    return branches;
}

/* --- what was sent ------------------------------------------------------------------------------------------------ */

void reminder_store_add(TALLOC_CTX *ctx, struct pg *pg, const struct reminder *reminder)
{
    static const struct pg_statement INSERT_REMINDER = {
        .name = "insert_reminder",
        .sql = "INSERT INTO reminder(id, organization_id, by_id, answer, month, kind, at_us, branches)"
               " VALUES ($1::uuid, $2::uuid, $3::uuid, $4::bytea, $5::int4, $6::int4, $7::int8, $8::uuid[])"};
    struct pg_args *args = pg_args(ctx, &INSERT_REMINDER);
    pg_add_uuid(args, &reminder->id);
    pg_add_uuid(args, &reminder->organization);
    pg_add_uuid(args, &reminder->by);
    pg_add_bytes(args, reminder->answer.data, reminder->answer.len);
    pg_add_int4(args, reminder->month);
    pg_add_int4(args, (int32_t)reminder->kind);
    pg_add_int8(args, reminder->at_us);
    pg_add_uuids(args, reminder->branches, reminder->n_branches);
    pg_queue(pg, args);
}

/* From the reminders to the branches: so it costs what there is, whatever plan was made while there was little. The
 * newest stand last. */
struct pg_result *reminder_store_recent(TALLOC_CTX *ctx, struct pg *pg, const struct reminder_ask *ask)
{
    static const struct pg_statement SELECT_RECENT = {
        .name = "select_reminded",
        .sql = "SELECT r.at_us, r.branches FROM reminder r"
               " WHERE r.month = $1::int4 AND r.kind = $2::int4 AND r.at_us > $3::int8 AND r.branches <> '{}'"
               " AND NOT EXISTS (SELECT 1 FROM reminder_recalled x WHERE x.notification_id = r.id) ORDER BY r.at_us"};
    struct pg_args *args = pg_args(ctx, &SELECT_RECENT);
    pg_add_int4(args, ask->month);
    pg_add_int4(args, (int32_t)ask->kind);
    pg_add_int8(args, ask->now_us - REMINDER_APART_US);
    return pg_queue(pg, args);
}

void reminder_store_mark(TALLOC_CTX *ctx, const struct pg_result *recent, struct reminder_branch branches[], size_t n)
{
    const struct uuid_map *map = by_id(ctx, branches, pg_rows(recent) > 0 ? n : 0);
    for (size_t row = 0; row < pg_rows(recent); row++) {
        size_t n_reminded;
        struct uuid *reminded = pg_get_uuids(ctx, recent, row, 1, &n_reminded);
        for (size_t i = 0; i < n_reminded; i++) {
            struct reminder_branch *branch = uuid_map_get(map, &reminded[i]);
            if (branch)
                branch->reminded_at_us = pg_get_int8(recent, row, 0);
        }
        mem_free(reminded);
    }
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
