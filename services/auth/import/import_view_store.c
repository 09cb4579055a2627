#include "services/auth/import/import_view_store.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "contract_numbers.h"

/* $2: what the asker administers. Of the operator's imports the root counts. */
#define VISIBLE                                                                                          \
    "$2::uuid[] <> '{}' AND NOT EXISTS (SELECT FROM organization o WHERE NOT o.path && $2::uuid[] AND (" \
    "j.scope IS NOT NULL AND o.id = ANY(j.scope) OR j.scope IS NULL AND o.parent_id IS NULL))"
static const struct pg_statement ONE = {
    .name = "import_view",
    .sql = "SELECT j.finished_at_us IS NOT NULL, j.leased_until_us > $3::int8, j.problem, j.preview, j.applied,"
           "    greatest(j.lines, j.last_line), j.rows, j.created, j.updated, j.unchanged, j.rejected, j.absent,"
           "    coalesce(j.finished_at_us, 0)"
           " FROM import_job j WHERE j.id = $1::uuid AND " VISIBLE};
static const struct pg_statement ERRORS = {
    .name = "import_view_errors",
    .sql = "SELECT file, line, field, code FROM import_error WHERE job_id = $1::uuid AND warning = $2::bool"
           " ORDER BY file DESC, line, field LIMIT $3::int4"};
static const struct pg_statement ABSENT = {
    .name = "import_view_absent",
    .sql = "SELECT m.id, m.card_number, m.full_name, b.code, b.name FROM import_absent a"
           " JOIN member m ON m.id = a.member_id JOIN organization b ON b.id = m.branch_id"
           " WHERE a.job_id = $1::uuid AND b.path && $3::uuid[] AND m.status <> " SQL_MEMBER_STATUS_LEFT
           " ORDER BY b.code, m.name_key, m.id LIMIT $2::int4"};

static Pb__JobState state_of(const struct pg_result *r)
{
    if (!pg_get_bool(r, 0, 0))
        return pg_get_bool(r, 0, 1) ? PB__JOB_STATE__JOB_STATE_RUNNING : PB__JOB_STATE__JOB_STATE_WAITING;
    return pg_is_null(r, 0, 2) ? PB__JOB_STATE__JOB_STATE_SUCCEEDED : PB__JOB_STATE__JOB_STATE_REJECTED;
}

static Pb__Operation__Progress *progress_of(TALLOC_CTX *ctx, const struct pg_result *r)
{
    Pb__Operation__Progress *progress = mem_new(ctx, Pb__Operation__Progress);
    pb__operation__progress__init(progress);
    progress->done = pg_get_int8(r, 0, 4);
    progress->total = pg_get_int8(r, 0, 5);
    return progress;
}

static Pb__Roster *read_roster(TALLOC_CTX *ctx, const struct uuid *id, const struct pg_result *r)
{
    Pb__Roster *roster = mem_new(ctx, Pb__Roster);
    char text[UUID_TEXT_BYTES];
    uuid_format(id, text);
    pb__roster__init(roster);
    roster->id = uuid_to_pb(ctx, id);
    roster->state = state_of(r);
    roster->progress = pg_get_bool(r, 0, 0) ? NULL : progress_of(ctx, r);
    roster->problem = pg_is_null(r, 0, 2) ? NULL : pg_get_text(ctx, r, 0, 2);
    roster->dry_run = pg_get_bool(r, 0, 3);
    int64_t *const numbers[] = {&roster->rows,      &roster->created,  &roster->updated,
                                &roster->unchanged, &roster->rejected, &roster->absent};
    for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++)
        *numbers[i] = pg_get_int8(r, 0, 6 + (int)i);
    roster->settled_at_us = pg_get_int8(r, 0, 12);
    roster->has_settled_at_us = roster->settled_at_us != 0;
    roster->errors_url = mem_printf(ctx, "/v1/roster-imports/%s/errors.csv", text);
    return roster;
}

enum err import_view_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct directory_scope *scope,
                                const struct uuid *id, Pb__Roster **ret_roster)
{
    struct pg_args *args = pg_args(ctx, &ONE);
    struct pg_result *row;
    pg_add_uuid(args, id);
    pg_add_uuids(args, scope->admins, scope->n_admins);
    pg_add_int8(args, clock_now_us());
    enum err err = pg_run(pg, args, &row);
    if (!err)
        *ret_roster = pg_rows(row) > 0 ? read_roster(ctx, id, row) : NULL;
    return err;
}

enum err import_view_store_errors(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, bool warnings, int limit,
                                  struct import_view_errors *ret_errors)
{
    struct pg_args *args = pg_args(ctx, &ERRORS);
    struct pg_result *rows;
    pg_add_uuid(args, id);
    pg_add_bool(args, warnings);
    pg_add_int4(args, limit);
    enum err err = pg_run(pg, args, &rows);
    if (err)
        return err;
    ret_errors->n = pg_rows(rows);
    ret_errors->items = mem_array(ctx, struct import_view_error, ret_errors->n + 1);
    for (size_t i = 0; i < ret_errors->n; i++)
        ret_errors->items[i] = (struct import_view_error){.file = pg_get_text(ctx, rows, i, 0),
                                                          .line = pg_get_int8(rows, i, 1),
                                                          .field = pg_get_text(ctx, rows, i, 2),
                                                          .code = err_from_word(pg_get_text(ctx, rows, i, 3))};
    return ERR_OK;
}

enum err import_view_store_absent(struct pg *pg, TALLOC_CTX *ctx, const struct directory_scope *scope,
                                  const struct uuid *id, int limit, struct import_view_absent **ret_items,
                                  size_t *ret_n)
{
    struct pg_args *args = pg_args(ctx, &ABSENT);
    struct pg_result *rows;
    pg_add_uuid(args, id);
    pg_add_int4(args, limit);
    pg_add_uuids(args, scope->admins, scope->n_admins);
    enum err err = pg_run(pg, args, &rows);
    if (err)
        return err;
    *ret_n = pg_rows(rows);
    *ret_items = mem_array(ctx, struct import_view_absent, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret_items)[i] = (struct import_view_absent){.member = pg_get_uuid(rows, i, 0),
                                                      .card_number = pg_get_text(ctx, rows, i, 1),
                                                      .full_name = pg_get_text(ctx, rows, i, 2),
                                                      .branch_code = pg_get_text(ctx, rows, i, 3),
                                                      .branch = pg_get_text(ctx, rows, i, 4)};
    return ERR_OK;
}
