#include "services/auth/import/import_store.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "contract_numbers.h"

/* --- the job's row --- */

static const struct pg_statement TAKE = {
    .name = "job_take",
    .sql = "INSERT INTO import_job AS j (id, created_at_us, holder, leased_until_us, preview)"
           " SELECT $1::uuid, $2::int8, $3::uuid, $4::int8, $6::bool WHERE $6::bool OR NOT EXISTS ("
           "  SELECT FROM import_job o WHERE o.id <> $1::uuid AND NOT o.preview AND o.finished_at_us IS NULL"
           "  AND o.leased_until_us > $5::int8)"
           " ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, leased_until_us = excluded.leased_until_us"
           " WHERE j.leased_until_us <= $5::int8 OR j.finished_at_us IS NOT NULL OR j.holder = excluded.holder"
           " RETURNING created_at_us, coalesce(finished_at_us, 0), staged, rows, last_line, applied, created, updated,"
           " unchanged, rejected"};
static const struct pg_statement LET_GO = {
    .name = "job_let_go", .sql = "UPDATE import_job SET leased_until_us = 0 WHERE id = $1::uuid AND holder = $2::uuid"};
static const struct pg_statement FORGET_ERRORS = {.name = "job_forget_errors",
                                                  .sql = "DELETE FROM import_error WHERE job_id = $1::uuid"};
static const struct pg_statement FORGET = {.name = "job_forget", .sql = "DELETE FROM import_job WHERE id = $1::uuid"};
static const struct pg_statement SAVE = {
    .name = "job_save",
    .sql = "UPDATE import_job SET leased_until_us = $3::int8, staged = $4::bool, rows = $5::int8, last_line = $6::int8,"
           " applied = $7::int8, created = $8::int8, updated = $9::int8, unchanged = $10::int8, rejected = $11::int8,"
           " finished_at_us = nullif($12::int8, 0)"
           " WHERE id = $1::uuid AND holder = $2::uuid RETURNING id"};

static void read_job(const struct pg_result *r, struct import_job *job)
{
    job->created_at_us = pg_get_int8(r, 0, 0);
    job->finished_at_us = pg_get_int8(r, 0, 1);
    job->staged = pg_get_bool(r, 0, 2);
    job->rows = pg_get_int8(r, 0, 3);
    job->last_line = pg_get_int8(r, 0, 4);
    job->applied = pg_get_int8(r, 0, 5);
    job->created = pg_get_int8(r, 0, 6);
    job->updated = pg_get_int8(r, 0, 7);
    job->unchanged = pg_get_int8(r, 0, 8);
    job->rejected = pg_get_int8(r, 0, 9);
}

static struct pg_args *with_id(TALLOC_CTX *ctx, const struct pg_statement *statement, const struct uuid *id)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuid(args, id);
    return args;
}

static enum err take(struct pg *pg, TALLOC_CTX *ctx, struct import_job *job, const struct import_lease *lease,
                     int64_t now_us)
{
    struct pg_args *args = with_id(ctx, &TAKE, &job->id);
    struct pg_result *result;
    pg_add_int8(args, now_us);
    pg_add_uuid(args, &job->holder);
    pg_add_int8(args, clock_now_us() + lease->us);
    pg_add_int8(args, clock_now_us());
    pg_add_bool(args, lease->preview);
    enum err err = pg_run(pg, args, &result);
    if (err)
        return err;
    if (pg_rows(result) == 0)
        return ERR_OWNER_LOST;
    read_job(result, job);
    return ERR_OK;
}

/* Behind the table's lock: of two that find no other import, the second finds the first one's. */
enum err import_store_take(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, const struct import_lease *lease,
                           int64_t now_us, struct import_job *ret_job)
{
    struct import_job job = {.id = *id, .holder = lease->holder};
    pg_queue_sql(pg, "BEGIN");
    pg_queue_sql(pg, "LOCK TABLE import_job IN SHARE ROW EXCLUSIVE MODE");
    enum err err = take(pg, ctx, &job, lease, now_us);
    if (!err && job.finished_at_us) { /* the same files once more: the roster may differ from them again */
        pg_queue(pg, with_id(ctx, &FORGET_ERRORS, id));
        pg_queue(pg, with_id(ctx, &FORGET, id));
        job.finished_at_us = 0;
        err = take(pg, ctx, &job, lease, now_us);
    }
    pg_queue_sql(pg, err ? "ROLLBACK" : "COMMIT");
    enum err ended = pg_flush(pg);
    if (!err && !ended)
        *ret_job = job;
    return err ? err : ended;
}

void import_store_let_go(struct pg *pg, TALLOC_CTX *ctx, const struct import_job *job)
{
    struct pg_args *args = with_id(ctx, &LET_GO, &job->id);
    pg_add_uuid(args, &job->holder);
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
    const int64_t numbers[] = {job->rows,    job->last_line, job->applied,  job->created,
                               job->updated, job->unchanged, job->rejected, job->finished_at_us};
    for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++)
        pg_add_int8(args, numbers[i]);
    return pg_queue(pg, args);
}

/* --- staging --- */

const char IMPORT_STORE_COPY[] =
    "COPY import_member (job_id, line, id, card_number, full_name, born_on, gender, joined_on, branch_id,"
    " "
    "    status, exempt, phone, role, role_at) FROM STDIN";

static const struct pg_statement STAGE_CLEAR = {.name = "stage_clear",
                                                .sql = "DELETE FROM import_member WHERE job_id = $1::uuid"};
static const struct pg_statement STAGE_LAST = {
    .name = "stage_last", .sql = "SELECT coalesce(max(line), 0) FROM import_member WHERE job_id = $1::uuid"};
static const struct pg_statement ADD_ERRORS = {
    .name = "job_add_errors",
    .each = true,
    .sql = "INSERT INTO import_error (job_id, number, file, line, field, code) SELECT *"
           " FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::int8[], $5::text[], $6::text[])"};

enum err import_store_clear_stage(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job)
{
    pg_queue(pg, with_id(ctx, &STAGE_CLEAR, job));
    pg_queue(pg, with_id(ctx, &FORGET_ERRORS, job));
    return pg_flush(pg);
}

enum err import_store_empty_stage(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job)
{
    pg_queue(pg, with_id(ctx, &STAGE_CLEAR, job));
    return pg_flush(pg);
}

enum err import_store_forget(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job)
{
    pg_queue(pg, with_id(ctx, &STAGE_CLEAR, job));
    pg_queue(pg, with_id(ctx, &FORGET_ERRORS, job));
    pg_queue(pg, with_id(ctx, &FORGET, job));
    return pg_flush(pg);
}

enum err import_store_stage_is_whole(struct pg *pg, TALLOC_CTX *ctx, const struct import_job *job, bool *ret_whole)
{
    struct pg_result *result;
    enum err err = pg_run(pg, with_id(ctx, &STAGE_LAST, &job->id), &result);
    if (!err)
        *ret_whole = job->staged && pg_get_int8(result, 0, 0) == job->last_line;
    return err;
}

void import_store_errors_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job,
                               const struct import_errors *errors)
{
    struct pg_args *args = pg_args(ctx, &ADD_ERRORS);
    for (size_t i = 0; i < errors->kept.n; i++) {
        const struct import_error *error = &errors->kept.items[i];
        pg_add_uuid(args, job);
        pg_add_int8(args, (int64_t)i + 1);
        pg_add_text(args, error->file);
        pg_add_int8(args, error->line);
        pg_add_text(args, error->field);
        pg_add_text(args, err_word(error->code));
    }
    pg_queue(pg, args);
}

/* --- a chunk --- */

/* fold(s.full_name), written out: calling the SQL function costs as much as inserting the row. */
#define FOLDED "lower(public.unaccent('public.unaccent', s.full_name))"

#define CHUNK                                                                                            \
    "FROM import_member s JOIN member m ON m.id = s.id WHERE s.job_id = $1::uuid AND s.line > $2::int8 " \
    "AND s.line <= $3::int8 "

/* First, and in the order of their ids: commands may change the same members. */
static const struct pg_statement LOCK_MEMBERS = {.name = "chunk_lock",
                                                 .sql = "SELECT m.id " CHUNK "ORDER BY m.id FOR NO KEY UPDATE OF m"};

/* The interval that a changed branch, status or exemption ends. */
static const struct pg_statement CLOSE_INTERVALS = {
    .name = "chunk_close",
    .sql = "INSERT INTO member_past (member_id, from_us, to_us, branch_id, status, exempt)"
           " SELECT m.id, m.since_us, greatest($4::int8, m.since_us + 1), m.branch_id, m.status, m.exempt " CHUNK
           "AND (m.branch_id, m.status, m.exempt) IS DISTINCT FROM (s.branch_id, s.status, s.exempt)"
           " AND m.status <> " SQL_MEMBER_STATUS_LEFT};

/* Positions held by a member of the chunk. OFFSET 0 makes the planner look them up member by member, whatever it thinks
 * of a table that has just begun to grow. */
#define END_HELD                                                                                   \
    "UPDATE member_position p SET to_us = greatest($4::int8, p.from_us + 1) FROM ("                \
    "    SELECT held.* FROM import_member s CROSS JOIN LATERAL ("                                  \
    "        SELECT h.member_id, h.organization_id, h.role, h.from_us, m.branch_id FROM member m " \
    "        JOIN member_position h ON h.member_id = m.id AND h.to_us IS NULL "                    \
    "        WHERE m.id = s.id OFFSET 0) held "                                                    \
    "    WHERE s.job_id = $1::uuid AND s.line > $2::int8 AND s.line <= $3::int8 AND "

/* A member who leaves a branch holds no position in it any more; one who leaves altogether holds none at all. */
static const struct pg_statement END_POSITIONS = {
    .name = "chunk_end_positions",
    .sql = END_HELD
    "(s.status = " SQL_MEMBER_STATUS_LEFT
    " OR (held.organization_id = held.branch_id AND held.branch_id <> s.branch_id))) e"
    " WHERE p.member_id = e.member_id AND p.organization_id = e.organization_id AND p.from_us = e.from_us"};

static const struct pg_statement UPDATE_MEMBERS = {
    .name = "chunk_update",
    .sql = "UPDATE member m SET full_name = s.full_name, search_name = " FOLDED
           ", born_on = coalesce(s.born_on, m.born_on), "
           "    gender = coalesce(s.gender, m.gender), joined_on = coalesce(s.joined_on, m.joined_on), "
           "    branch_id = s.branch_id, status = s.status, exempt = s.exempt, phone = coalesce(s.phone,"
           " m.phone), "
           "    version = m.version + 1, changed_at_us = $4::int8, "
           "    since_us = CASE WHEN (m.branch_id, m.status, m.exempt) "
           "               IS DISTINCT FROM (s.branch_id, s.status, s.exempt) "
           "               THEN greatest($4::int8, m.since_us + 1) ELSE m.since_us END FROM import_member s"
           " WHERE s.job_id = $1::uuid AND s.line > $2::int8 AND s.line <= $3::int8 AND m.id = s.id"
           " AND (m.full_name, m.born_on, m.gender, m.joined_on, m.branch_id, m.status, m.exempt, m.phone) "
           "    IS DISTINCT FROM (s.full_name, coalesce(s.born_on, m.born_on), coalesce(s.gender, m.gender), "
           "    coalesce(s.joined_on, m.joined_on), s.branch_id, s.status, s.exempt, coalesce(s.phone, m.phone))"
           " RETURNING m.id"};

static const struct pg_statement INSERT_MEMBERS = {
    .name = "chunk_insert",
    .sql = "INSERT INTO member (id, version, card_number, full_name, search_name, born_on, gender, joined_on, "
           "    branch_id, status, exempt, since_us, phone, changed_at_us)"
           " SELECT s.id, 1, s.card_number, s.full_name, " FOLDED
           ", s.born_on, s.gender, s.joined_on, s.branch_id, s.status, s.exempt, "
           "       $4::int8, s.phone, $4::int8 FROM import_member s WHERE s.job_id = $1::uuid"
           " AND s.line > $2::int8 AND s.line <= $3::int8 AND NOT EXISTS (SELECT FROM member m"
           " WHERE m.id = s.id OFFSET 0) RETURNING id"};

static const struct pg_statement LEFT = {
    .name = "chunk_left",
    .sql = "SELECT m.id " CHUNK "AND m.changed_at_us = $4::int8 AND m.status = " SQL_MEMBER_STATUS_LEFT};

/* A person has one role in an organisation: another one takes its place. */
static const struct pg_statement REPLACE_POSITIONS = {
    .name = "chunk_replace_positions",
    .sql = END_HELD
    "s.role IS NOT NULL AND held.organization_id = s.role_at AND held.role <> s.role) e"
    " WHERE p.member_id = e.member_id AND p.organization_id = e.organization_id AND p.from_us = e.from_us"};
static const struct pg_statement ADD_POSITIONS = {
    .name = "chunk_add_positions",
    .sql = "INSERT INTO member_position (member_id, organization_id, role, from_us)"
           " SELECT s.id, s.role_at, s.role, greatest($4::int8, (SELECT max(p.to_us) FROM member_position p "
           "    WHERE p.member_id = s.id AND p.organization_id = s.role_at)) FROM import_member s"
           " WHERE s.job_id = $1::uuid AND s.line > $2::int8 AND s.line <= $3::int8 AND s.role <> " SQL_ROLE_MEMBER
           " AND s.status <> " SQL_MEMBER_STATUS_LEFT " AND NOT EXISTS (SELECT FROM member_position p "
           "    WHERE p.member_id = s.id AND p.organization_id = s.role_at AND p.to_us IS NULL OFFSET 0)"
           " RETURNING member_id"};

/* A member whose positions alone changed gets a new version too: positions are part of his record. */
static const struct pg_statement TOUCH = {
    .name = "chunk_touch",
    .sql = "UPDATE member m SET version = m.version + 1, changed_at_us = $4::int8 FROM import_member s"
           " WHERE s.job_id = $1::uuid AND s.line > $2::int8 AND s.line <= $3::int8 AND m.id = s.id"
           " AND m.changed_at_us <> $4::int8 AND EXISTS (SELECT FROM member_position p "
           "    WHERE p.member_id = m.id AND (p.from_us >= $4::int8 OR p.to_us >= $4::int8) OFFSET 0)"
           " RETURNING m.id"};

static struct pg_args *lines(TALLOC_CTX *ctx, const struct pg_statement *statement, const struct import_job *job,
                             int64_t after, int64_t to)
{
    struct pg_args *args = with_id(ctx, statement, &job->id);
    pg_add_int8(args, after);
    pg_add_int8(args, to);
    return args;
}

static struct pg_result *queue_chunk(struct pg *pg, TALLOC_CTX *ctx, const struct pg_statement *statement,
                                     const struct import_job *job, int64_t after, int64_t to)
{
    struct pg_args *args = lines(ctx, statement, job, after, to);
    pg_add_int8(args, job->created_at_us);
    return pg_queue(pg, args);
}

void import_store_chunk_queue(struct pg *pg, TALLOC_CTX *ctx, const struct import_job *job, int64_t after, int64_t to,
                              struct import_chunk *ret_chunk)
{
    /* A chunk looks up some thousand members by their ids. The statistics of a table that has just grown would make the
     * planner read it whole. */
    pg_queue_sql(pg, "SET LOCAL enable_hashjoin = off");
    pg_queue_sql(pg, "SET LOCAL enable_mergejoin = off");
    pg_queue_sql(pg, "SET LOCAL enable_seqscan = off");
    pg_queue(pg, lines(ctx, &LOCK_MEMBERS, job, after, to));
    queue_chunk(pg, ctx, &CLOSE_INTERVALS, job, after, to);
    queue_chunk(pg, ctx, &END_POSITIONS, job, after, to);
    ret_chunk->updated = queue_chunk(pg, ctx, &UPDATE_MEMBERS, job, after, to);
    ret_chunk->created = queue_chunk(pg, ctx, &INSERT_MEMBERS, job, after, to);
    queue_chunk(pg, ctx, &REPLACE_POSITIONS, job, after, to);
    queue_chunk(pg, ctx, &ADD_POSITIONS, job, after, to);
    ret_chunk->touched = queue_chunk(pg, ctx, &TOUCH, job, after, to);
    ret_chunk->left = queue_chunk(pg, ctx, &LEFT, job, after, to);
}

void import_store_chunk_read(const struct import_chunk *chunk, int64_t *ret_created, int64_t *ret_updated)
{
    *ret_created = (int64_t)pg_rows(chunk->created);
    *ret_updated = (int64_t)(pg_rows(chunk->updated) + pg_rows(chunk->touched));
}

void import_store_chunk_left(TALLOC_CTX *ctx, const struct import_chunk *chunk, struct ids *ret_ids)
{
    *ret_ids = (struct ids){0};
    ids_add_rows(ctx, ret_ids, chunk->left);
}

/* --- a dry run --- */

static const struct pg_statement COMPARE = {
    .name = "stage_compare",
    .sql = "SELECT count(*) FILTER (WHERE m.id IS NULL), "
           "       count(*) FILTER (WHERE m.id IS NOT NULL AND ("
           "           (m.full_name, m.born_on, m.gender, m.joined_on, m.branch_id, m.status, m.exempt,"
           " m.phone) "
           "           IS DISTINCT FROM (s.full_name, coalesce(s.born_on, m.born_on), coalesce(s.gender,"
           " m.gender), "
           "               coalesce(s.joined_on, m.joined_on), s.branch_id, s.status, s.exempt, "
           "               coalesce(s.phone, m.phone)) "
           "           OR (s.role IS NOT NULL AND s.role <> coalesce((SELECT p.role FROM member_position p "
           "               WHERE p.member_id = s.id AND p.organization_id = s.role_at"
           " AND p.to_us IS NULL), 0)))) FROM import_member s LEFT JOIN member m ON m.id = s.id"
           " WHERE s.job_id = $1::uuid"};

enum err import_store_compare(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job, int64_t *ret_created,
                              int64_t *ret_updated)
{
    struct pg_result *result;
    enum err err = pg_run(pg, with_id(ctx, &COMPARE, job), &result);
    if (err)
        return err;
    *ret_created = pg_get_int8(result, 0, 0);
    *ret_updated = pg_get_int8(result, 0, 1);
    return ERR_OK;
}
