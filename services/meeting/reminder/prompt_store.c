#include "services/meeting/reminder/prompt_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/directory/rules_store.h"

#define IS_ACTIVE "o.level = " SQL_LEVEL_BRANCH " AND o.state = " SQL_ORGANIZATION_STATE_ACTIVE
/* By the unique index on months. */
#define HAS_REGISTERED(month)                                                                \
    "EXISTS (SELECT 1 FROM meeting m WHERE m.organization_id = o.id AND m.month = " month    \
    " AND m.kind = " SQL_MEETING_KIND_REGULAR " AND m.state <> " SQL_MEETING_STATE_CANCELLED \
    " AND m.state <> " SQL_MEETING_STATE_DRAFT ")"

struct pg_result *prompt_store_branches(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *after, int32_t month)
{
    static const struct pg_statement SELECT_BRANCHES = {
        .name = "select_branches_to_prompt",
        .sql = "SELECT o.id, o.path, " RULES_OF_PATH("o.path") ", " HAS_REGISTERED("$2::int4") ", " HAS_REGISTERED(
            "$2::int4 + 1") ", " HAS_REGISTERED("$2::int4 + 2") " FROM directory_organization o WHERE " IS_ACTIVE
                                                                " AND o.id > $1::uuid ORDER BY o.id LIMIT $3::int8"};
    static const struct uuid FIRST;
    struct pg_args *args = pg_args(ctx, &SELECT_BRANCHES);
    pg_add_uuid(args, after ? after : &FIRST);
    pg_add_int4(args, month);
    pg_add_int8(args, PROMPT_BRANCHES_AT_ONCE);
    return pg_queue(pg, args);
}

struct prompt_branch *prompt_store_read(TALLOC_CTX *ctx, const struct pg_result *rows)
{
    struct prompt_branch *branches = mem_array(ctx, struct prompt_branch, pg_rows(rows));
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct prompt_branch *branch = &branches[row];
        *branch = (struct prompt_branch){.id = pg_get_uuid(rows, row, 0), .rules = rules_store_read(ctx, rows, row, 2)};
        branch->path = pg_get_uuids(ctx, rows, row, 1, &branch->n_path);
        branch->root = branch->path[0];
        for (int i = 0; i < PROMPT_MONTHS; i++)
            branch->has_registered[i] = pg_get_bool(rows, row, 3 + i);
    }
    return branches;
}

struct pg_result *prompt_store_owed(TALLOC_CTX *ctx, struct pg *pg, const int64_t dues_us[], size_t n)
{
    static const struct pg_statement SELECT_OWED = {
        .name = "select_resolutions_owed",
        .sql = "SELECT o.id, o.path[1], m.month, m.resolution_due_at_us"
               " FROM meeting m JOIN directory_organization o ON o.id = m.organization_id"
               " WHERE m.resolution_due_at_us = ANY($1::int8[]) AND m.kind = " SQL_MEETING_KIND_REGULAR
               " AND m.state = " SQL_MEETING_STATE_HELD " AND m.resolution_document_id IS NULL AND " IS_ACTIVE};
    struct pg_args *args = pg_args(ctx, &SELECT_OWED);
    pg_add_int8s(args, dues_us, n);
    return pg_queue(pg, args);
}

struct prompt_owed prompt_store_read_owed(const struct pg_result *rows, size_t row)
{
    return (struct prompt_owed){.branch = pg_get_uuid(rows, row, 0),
                                .root = pg_get_uuid(rows, row, 1),
                                .month = (int32_t)pg_get_int8(rows, row, 2),
                                .due_us = pg_get_int8(rows, row, 3)};
}
