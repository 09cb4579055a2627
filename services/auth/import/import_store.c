#include "services/auth/import/import_store.h"

#include "common/base/clock.h"
#include "common/base/log.h"

static struct pg_args *with_id(TALLOC_CTX *ctx, const struct pg_statement *statement, const struct uuid *id)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuid(args, id);
    return args;
}

/* --- jobs that wait --- */

static const struct pg_statement PUT = {
    .name = "import_put",
    .each = true,
    .sql = "INSERT INTO import_job (id, created_at_us, preview, actor_id, scope, organizations_sha256, members_sha256,"
           "    leased_until_us)"
           " SELECT id, created_at_us, preview, actor_id, scope::uuid[], organizations, members, 0"
           " FROM unnest($1::uuid[], $2::int8[], $3::bool[], $4::uuid[], $5::text[], $6::bytea[], $7::bytea[])"
           "    u(id, created_at_us, preview, actor_id, scope, organizations, members) ON CONFLICT DO NOTHING"};
static const struct pg_statement UNFINISHED = {
    .name = "import_unfinished",
    .sql = "SELECT actor_id, count(*) FROM import_job WHERE finished_at_us IS NULL AND members_sha256 IS NOT NULL"
           " GROUP BY actor_id"};
static const struct pg_statement NEXT = {
    .name = "import_next",
    .sql = "SELECT id FROM import_job WHERE finished_at_us IS NULL AND members_sha256 IS NOT NULL"
           " AND preview = $1::bool AND leased_until_us <= $2::int8 ORDER BY created_at_us, id LIMIT 1"};

struct pg_args *import_store_put(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &PUT);
}

void import_store_put_add(TALLOC_CTX *ctx, struct pg_args *args, const struct import_job *job, int64_t created_at_us)
{
    const void *organizations = job->has_organizations ? job->organizations_sha256 : NULL,
               *members = job->has_blobs ? job->members_sha256 : NULL;
    pg_add_uuid(args, &job->id);
    pg_add_int8(args, created_at_us);
    pg_add_bool(args, job->preview);
    pg_add_uuid_or_null(args, &job->actor);
    pg_add_text(args, job->scope.is_all ? NULL : pg_uuids_text(ctx, job->scope.organizations, job->scope.n));
    pg_add_bytes(args, organizations, organizations ? IMPORT_HASH_BYTES : 0);
    pg_add_bytes(args, members, members ? IMPORT_HASH_BYTES : 0);
}

struct pg_result *import_store_unfinished_queue(struct pg *pg, TALLOC_CTX *ctx)
{
    return pg_queue(pg, pg_args(ctx, &UNFINISHED));
}

enum err import_store_next(struct pg *pg, TALLOC_CTX *ctx, bool preview, struct uuid *ret_id, bool *ret_found)
{
    struct pg_args *args = pg_args(ctx, &NEXT);
    struct pg_result *row;
    pg_add_bool(args, preview);
    pg_add_int8(args, clock_now_us());
    enum err err = pg_run(pg, args, &row);
    if (err)
        return err;
    *ret_found = pg_rows(row) > 0;
    if (*ret_found)
        *ret_id = pg_get_uuid(row, 0, 0);
    return ERR_OK;
}

/* --- the lease --- */

/* What an import changes is later than what any before it has changed. */
static const struct pg_statement TAKE = {
    .name = "import_take",
    .sql = "UPDATE import_job j SET holder = $2::uuid, leased_until_us = $3::int8, begun_at_us = coalesce("
           "    j.begun_at_us, greatest($4::int8, (SELECT max(o.begun_at_us) + 1 FROM import_job o)))"
           " WHERE j.id = $1::uuid AND j.finished_at_us IS NULL"
           " AND (j.leased_until_us <= $5::int8 OR j.holder = $2::uuid)"
           " AND (j.preview OR NOT EXISTS (SELECT FROM import_job o WHERE o.id <> j.id AND NOT o.preview"
           "    AND o.finished_at_us IS NULL AND o.leased_until_us > $5::int8))"
           " RETURNING begun_at_us, preview, staged, rows, lines, last_line, applied, created, updated, unchanged,"
           "    rejected, absent, attempts, actor_id, scope, organizations_sha256, members_sha256"};
static const struct pg_statement LET_GO = {
    .name = "import_let_go",
    .sql = "UPDATE import_job SET leased_until_us = 0, attempts = attempts + $3::int4"
           " WHERE id = $1::uuid AND holder = $2::uuid"};
static const struct pg_statement SAVE = {
    .name = "import_save",
    .sql = "UPDATE import_job SET leased_until_us = $3::int8, staged = $4::bool, problem = $5::text, rows = $6::int8,"
           "    lines = $7::int8, last_line = $8::int8, applied = $9::int8, created = $10::int8, updated = $11::int8,"
           "    unchanged = $12::int8, rejected = $13::int8, absent = $14::int8,"
           "    finished_at_us = nullif($15::int8, 0), attempts = $16::int4"
           " WHERE id = $1::uuid AND holder = $2::uuid AND leased_until_us > $17::int8 RETURNING id"};

static void read_numbers(const struct pg_result *r, struct import_job *job)
{
    int64_t *const numbers[] = {&job->rows,    &job->lines,     &job->last_line, &job->applied, &job->created,
                                &job->updated, &job->unchanged, &job->rejected,  &job->absent};
    for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++)
        *numbers[i] = pg_get_int8(r, 0, 3 + (int)i);
}

bool import_store_read_hash(TALLOC_CTX *ctx, const struct pg_result *r, size_t row, int column,
                            uint8_t hash[IMPORT_HASH_BYTES])
{
    ProtobufCBinaryData bytes = pg_get_bytes(ctx, r, row, column);
    if (bytes.len == IMPORT_HASH_BYTES)
        memcpy(hash, bytes.data, IMPORT_HASH_BYTES);
    return bytes.len == IMPORT_HASH_BYTES;
}

static void read_job(TALLOC_CTX *ctx, const struct pg_result *r, struct import_job *job)
{
    job->begun_at_us = pg_get_int8(r, 0, 0);
    job->preview = pg_get_bool(r, 0, 1);
    job->staged = pg_get_bool(r, 0, 2);
    read_numbers(r, job);
    job->attempts = (int32_t)pg_get_int8(r, 0, 12);
    job->actor = pg_get_uuid(r, 0, 13);
    job->scope = (struct import_scope){.is_all = pg_is_null(r, 0, 14)};
    if (!job->scope.is_all)
        job->scope.organizations = pg_get_uuids(ctx, r, 0, 14, &job->scope.n);
    job->has_organizations = import_store_read_hash(ctx, r, 0, 15, job->organizations_sha256);
    job->has_blobs = import_store_read_hash(ctx, r, 0, 16, job->members_sha256);
}

/* Behind the table's lock: of two that find no other import, the second finds the first one's. */
enum err import_store_take(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, const struct import_lease *lease,
                           int64_t now_us, struct import_job *ret_job)
{
    struct import_job job = {.id = *id, .holder = lease->holder};
    int64_t wall_us = clock_now_us();
    struct pg_args *args = with_id(ctx, &TAKE, id);
    pg_add_uuid(args, &lease->holder);
    pg_add_int8(args, wall_us + lease->us);
    pg_add_int8(args, now_us);
    pg_add_int8(args, wall_us);
    pg_queue_sql(pg, "BEGIN");
    pg_queue_sql(pg, "LOCK TABLE import_job IN SHARE ROW EXCLUSIVE MODE");
    struct pg_result *row = pg_queue(pg, args);
    pg_queue_sql(pg, "COMMIT");
    enum err err = pg_flush(pg);
    if (err)
        return err;
    if (pg_rows(row) == 0)
        return ERR_OWNER_LOST;
    read_job(ctx, row, &job);
    *ret_job = job;
    return ERR_OK;
}

void import_store_let_go(struct pg *pg, TALLOC_CTX *ctx, const struct import_job *job, bool ours)
{
    struct pg_args *args = with_id(ctx, &LET_GO, &job->id);
    pg_add_uuid(args, &job->holder);
    pg_add_int4(args, ours);
    pg_queue_sql(pg, "ROLLBACK");
    pg_queue(pg, args);
    if (pg_flush(pg) != ERR_OK)
        log_debug("lease_not_let_go", "detail=\"%s\"", pg_message(pg));
}

struct pg_result *import_store_save_queue(struct pg *pg, TALLOC_CTX *ctx, const struct import_job *job,
                                          int64_t leased_until_us)
{
    struct pg_args *args = with_id(ctx, &SAVE, &job->id);
    pg_add_uuid(args, &job->holder);
    pg_add_int8(args, leased_until_us);
    pg_add_bool(args, job->staged);
    pg_add_text(args, job->problem);
    const int64_t numbers[] = {job->rows,    job->lines,     job->last_line, job->applied, job->created,
                               job->updated, job->unchanged, job->rejected,  job->absent,  job->finished_at_us};
    for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++)
        pg_add_int8(args, numbers[i]);
    pg_add_int4(args, job->attempts);
    pg_add_int8(args, clock_now_us());
    return pg_queue(pg, args);
}

/* --- its end --- */

static const struct pg_statement FORGET_ERRORS = {.name = "import_forget_errors",
                                                  .sql = "DELETE FROM import_error WHERE job_id = $1::uuid"};
#define FINISHED "(SELECT id FROM import_job WHERE id = $1::uuid AND finished_at_us IS NOT NULL)"
static const struct pg_statement FORGET[] = {
    {.name = "import_forget_old_errors", .sql = "DELETE FROM import_error WHERE job_id IN " FINISHED},
    {.name = "import_forget_old_absent", .sql = "DELETE FROM import_absent WHERE job_id IN " FINISHED},
    {.name = "import_forget_old", .sql = "DELETE FROM import_job WHERE id IN " FINISHED},
};

enum err import_store_renew(struct pg *pg, TALLOC_CTX *ctx, const struct import_job *job, int64_t created_at_us)
{
    struct pg_args *put = import_store_put(ctx);
    import_store_put_add(ctx, put, job, created_at_us);
    pg_queue_sql(pg, "BEGIN");
    for (size_t i = 0; i < ARRAY_LENGTH(FORGET); i++)
        pg_queue(pg, with_id(ctx, &FORGET[i], &job->id));
    pg_queue(pg, put);
    pg_queue_sql(pg, "COMMIT");
    return pg_flush(pg);
}

/* --- staging --- */

const char IMPORT_STORE_COPY[] =
    "COPY import_member (job_id, line, id, card_number, full_name, born_on, gender, joined_on, branch_id,"
    "    status, exempt, phone, role, role_at, occupation, search_name, name_key) FROM STDIN";

static const struct pg_statement STAGE_CLEAR = {.name = "stage_clear",
                                                .sql = "DELETE FROM import_member WHERE job_id = $1::uuid"};
static const struct pg_statement STAGE_BREAK = {.name = "stage_break",
                                                .sql = "DELETE FROM import_stage WHERE job_id = $1::uuid"};
static const struct pg_statement STAGE_WHOLE = {
    .name = "stage_whole", .sql = "INSERT INTO import_stage (job_id) VALUES ($1::uuid) ON CONFLICT DO NOTHING"};
static const struct pg_statement STAGE_IS_WHOLE = {.name = "stage_is_whole",
                                                   .sql = "SELECT FROM import_stage WHERE job_id = $1::uuid"};
static const struct pg_statement ADD_ERRORS = {
    .name = "import_add_errors",
    .each = true,
    .sql = "INSERT INTO import_error (job_id, file, line, field, code, member_id, warning) SELECT *"
           " FROM unnest($1::uuid[], $2::text[], $3::int8[], $4::text[], $5::text[], $6::uuid[], $7::bool[])"};

enum err import_store_clear_stage(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job, bool is_again)
{
    pg_queue(pg, with_id(ctx, &STAGE_CLEAR, job));
    if (!is_again)
        pg_queue(pg, with_id(ctx, &FORGET_ERRORS, job));
    return pg_flush(pg);
}

enum err import_store_empty_stage(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job)
{
    pg_queue(pg, with_id(ctx, &STAGE_CLEAR, job));
    pg_queue(pg, with_id(ctx, &STAGE_BREAK, job));
    return pg_flush(pg);
}

void import_store_stage_whole_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job)
{
    pg_queue(pg, with_id(ctx, &STAGE_WHOLE, job));
}

enum err import_store_stage_is_whole(struct pg *pg, TALLOC_CTX *ctx, const struct import_job *job, bool *ret_whole)
{
    struct pg_result *row;
    enum err err = pg_run(pg, with_id(ctx, &STAGE_IS_WHOLE, &job->id), &row);
    if (!err)
        *ret_whole = job->staged && pg_rows(row) > 0;
    return err;
}

enum err import_store_analyze(struct pg *pg)
{
    pg_queue_sql(pg, "ANALYZE import_member");
    return pg_flush(pg);
}

void import_store_errors_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job,
                               const struct import_errors *errors)
{
    struct pg_args *args = pg_args(ctx, &ADD_ERRORS);
    for (size_t i = 0; i < errors->kept.n; i++) {
        const struct import_error *error = &errors->kept.items[i];
        pg_add_uuid(args, job);
        pg_add_text(args, error->file);
        pg_add_int8(args, error->line);
        pg_add_text(args, error->field);
        pg_add_text(args, err_word(error->code));
        pg_add_uuid_or_null(args, &error->member);
        pg_add_bool(args, error->is_warning);
    }
    pg_queue(pg, args);
}
