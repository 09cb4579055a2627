#include "services/meeting/reminder/prompt_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/directory/rules_store.h"

#define NEXT_BRANCHES                                                                                                  \
    " FROM directory_organization o WHERE o.level = " SQL_LEVEL_BRANCH " AND o.state = " SQL_ORGANIZATION_STATE_ACTIVE \
    " AND o.id > $1::uuid ORDER BY o.id LIMIT $2::int8"

static struct pg_args *page(TALLOC_CTX *ctx, const struct pg_statement *statement, const struct uuid *after)
{
    static const struct uuid FIRST;
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuid(args, after ? after : &FIRST);
    pg_add_int8(args, PROMPT_BRANCHES_AT_ONCE);
    return args;
}

/* Meetings by the unique index on months. */
struct prompt_rows prompt_store_branches(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *after, int32_t month)
{
    static const struct pg_statement SELECT_BRANCHES = {
        .name = "select_branches_to_prompt", .sql = "SELECT o.id, o.path, " RULES_OF_PATH("o.path") NEXT_BRANCHES};
    static const struct pg_statement SELECT_MEETINGS = {
        .name = "select_meetings_to_prompt",
        .sql = "SELECT o.id, m.month, m.state = " SQL_MEETING_STATE_HELD ", m.starts_at_us,"
               " CASE WHEN m.resolution_document_id IS NULL THEN coalesce(m.resolution_due_at_us, 0) ELSE 0 END"
               " FROM (SELECT o.id" NEXT_BRANCHES ") o"
               " JOIN meeting m ON m.organization_id = o.id AND m.month BETWEEN $3::int4 AND $4::int4"
               " AND m.kind = " SQL_MEETING_KIND_REGULAR " AND m.state <> " SQL_MEETING_STATE_CANCELLED
               " AND m.state <> " SQL_MEETING_STATE_DRAFT " ORDER BY o.id"};
    struct pg_args *meetings = page(ctx, &SELECT_MEETINGS, after);
    pg_add_int4(meetings, month - PROMPT_MONTHS_BEFORE);
    pg_add_int4(meetings, month + PROMPT_MONTHS_BEHIND);
    return (struct prompt_rows){.branches = pg_queue(pg, page(ctx, &SELECT_BRANCHES, after)),
                                .meetings = pg_queue(pg, meetings)};
}

static struct prompt_meeting *read_meetings(TALLOC_CTX *ctx, const struct pg_result *rows)
{
    struct prompt_meeting *meetings = mem_array(ctx, struct prompt_meeting, pg_rows(rows));
    for (size_t row = 0; row < pg_rows(rows); row++)
        meetings[row] = (struct prompt_meeting){.month = (int32_t)pg_get_int8(rows, row, 1),
                                                .is_held = pg_get_bool(rows, row, 2),
                                                .starts_at_us = pg_get_int8(rows, row, 3),
                                                .settle_due_us = pg_get_int8(rows, row, 4)};
    return meetings;
}

static int order_of(const struct pg_result *meetings, size_t row, const struct uuid *branch)
{
    struct uuid id = pg_get_uuid(meetings, row, 0);
    return uuid_compare(&id, branch);
}

/* How many at `*at` are its: both are in the order of branches. Those of a branch that the other statement did not see
 * are passed by. */
static size_t count_own(const struct pg_result *meetings, const struct uuid *branch, size_t *at)
{
    size_t n = 0;
    while (*at < pg_rows(meetings) && order_of(meetings, *at, branch) < 0)
        (*at)++;
    while (*at + n < pg_rows(meetings) && order_of(meetings, *at + n, branch) == 0)
        n++;
    return n;
}

struct prompt_branch *prompt_store_read(TALLOC_CTX *ctx, const struct prompt_rows *rows, size_t *ret_n)
{
    struct prompt_branch *branches = mem_array(ctx, struct prompt_branch, pg_rows(rows->branches));
    const struct prompt_meeting *meetings = read_meetings(ctx, rows->meetings);
    size_t at = 0;
    *ret_n = pg_rows(rows->branches);
    for (size_t row = 0; row < *ret_n; row++) {
        struct prompt_branch *branch = &branches[row];
        *branch = (struct prompt_branch){.id = pg_get_uuid(rows->branches, row, 0),
                                         .rules = rules_store_read(ctx, rows->branches, row, 2)};
        branch->path = pg_get_uuids(ctx, rows->branches, row, 1, &branch->n_path);
        branch->root = branch->path[0];
        branch->n_meetings = count_own(rows->meetings, &branch->id, &at);
        branch->meetings = meetings + at;
        at += branch->n_meetings;
    }
    return branches;
}
