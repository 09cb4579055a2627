#include "services/analytics/export/export_store.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "contract_numbers.h"

/* --- the loop's --------------------------------------------------------------------------------------------------- */

static const struct pg_statement PUT = {
    .name = "export_put",
    .each = true,
    .sql = "INSERT INTO export_job (id, member_id, kind, format, organization_id, filter, created_at_us, expires_at_us)"
           " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int4[], $4::int4[], $5::uuid[], $6::bytea[], $7::int8[],"
           " $8::int8[])"};
static const struct pg_statement STOP = {
    .name = "export_stop",
    .each = true,
    .sql = "UPDATE export_job j SET finished_at_us = coalesce(j.finished_at_us, u.at_us), problem = u.problem"
           " FROM unnest($1::uuid[], $2::int8[], $3::text[]) u(id, at_us, problem) WHERE j.id = u.id"};
static const struct pg_statement UNFINISHED = {.name = "export_unfinished",
                                               .sql = "SELECT member_id FROM export_job WHERE finished_at_us IS NULL"};
static const struct pg_statement OWNERS = {
    .name = "export_owners",
    .sql = "SELECT id, member_id, expires_at_us FROM export_job WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"};

struct pg_args *export_store_put(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &PUT);
}

void export_store_put_add(TALLOC_CTX *ctx, struct pg_args *args, const struct export *export, int64_t expires_at_us)
{
    pg_add_uuid(args, &export->id);
    pg_add_uuid(args, &export->member);
    pg_add_int4(args, (int32_t) export->kind);
    pg_add_int4(args, (int32_t) export->format);
    pg_add_uuid(args, &export->organization);
    if (export->filter) {
        ProtobufCBinaryData filter = mem_pack(ctx, &export->filter->base);
        pg_add_bytes(args, filter.data, filter.len);
    } else {
        pg_add_null(args);
    }
    pg_add_int8(args, export->created_at_us);
    pg_add_int8(args, expires_at_us);
}

struct pg_args *export_store_stop(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &STOP);
}

void export_store_stop_add(struct pg_args *args, const struct uuid *id, int64_t at_us)
{
    pg_add_uuid(args, id);
    pg_add_int8(args, at_us);
    pg_add_text(args, err_word(ERR_EXPORT_STOPPED));
}

struct pg_result *export_store_unfinished_queue(struct pg *pg, TALLOC_CTX *ctx)
{
    return pg_queue(pg, pg_args(ctx, &UNFINISHED));
}

struct pg_result *export_store_owners_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n)
{
    return pg_queue_ids(pg, ctx, &OWNERS, ids, n);
}

/* --- a row -------------------------------------------------------------------------------------------------------- */

#define COLUMNS                                                                           \
    "id, member_id, kind, format, organization_id, filter, created_at_us, expires_at_us," \
    " coalesce(finished_at_us, 0), problem, attempts, takes, file, cursor, rows, expected, bytes, leased_until_us"

static void read_job(TALLOC_CTX *ctx, const struct pg_result *r, struct export_job *ret_job)
{
    ProtobufCBinaryData filter = pg_get_bytes(ctx, r, 0, 5);
    *ret_job = (struct export_job){
        .is = {.id = pg_get_uuid(r, 0, 0),
               .member = pg_get_uuid(r, 0, 1),
               .kind = (Pb__TableKind)pg_get_int8(r, 0, 2),
               .format = (Pb__TableFormat)pg_get_int8(r, 0, 3),
               .organization = pg_get_uuid(r, 0, 4),
               .created_at_us = pg_get_int8(r, 0, 6)},
        .expires_at_us = pg_get_int8(r, 0, 7),
        .finished_at_us = pg_get_int8(r, 0, 8),
        .problem = pg_get_text(ctx, r, 0, 9),
        .attempts = (int32_t)pg_get_int8(r, 0, 10),
        .takes = (int32_t)pg_get_int8(r, 0, 11),
        .file = (int32_t)pg_get_int8(r, 0, 12),
        .cursor = pg_get_bytes(ctx, r, 0, 13),
        .rows = pg_get_int8(r, 0, 14),
        .expected = pg_get_int8(r, 0, 15),
        .bytes = pg_get_int8(r, 0, 16),
        .is_held = pg_get_int8(r, 0, 17) > clock_now_us(),
    };
    if (!pg_is_null(r, 0, 5))
        ret_job->is.filter = (Pb__TableFilter *)mem_unpack(ctx, &pb__table_filter__descriptor, filter.data, filter.len);
}

/* --- the worker's ------------------------------------------------------------------------------------------------- */

static const struct pg_statement NEXT = {.name = "export_next",
                                         .sql = "SELECT id FROM export_job WHERE finished_at_us IS NULL"
                                                " AND leased_until_us <= $1::int8 ORDER BY created_at_us, id LIMIT 1"};
static const struct pg_statement TAKE = {
    .name = "export_take",
    .sql = "UPDATE export_job SET holder = $2::uuid, leased_until_us = $3::int8, takes = takes + 1"
           " WHERE id = $1::uuid AND finished_at_us IS NULL AND leased_until_us <= $4::int8 RETURNING " COLUMNS};
static const struct pg_statement SAVE = {
    .name = "export_save",
    .sql = "UPDATE export_job SET leased_until_us = $3::int8, file = $4::int4, cursor = $5::bytea, rows = $6::int8,"
           "    expected = $7::int8, bytes = $8::int8, attempts = $9::int4, expires_at_us = $10::int8,"
           "    finished_at_us = nullif($11::int8, 0), problem = $12::text"
           " WHERE id = $1::uuid AND holder = $2::uuid AND finished_at_us IS NULL AND leased_until_us > $13::int8"
           " RETURNING id"};
static const struct pg_statement LET_GO = {
    .name = "export_let_go",
    .sql = "UPDATE export_job SET leased_until_us = $3::int8, attempts = attempts + $4::int4"
           " WHERE id = $1::uuid AND holder = $2::uuid"};

enum err export_store_next(struct pg *pg, TALLOC_CTX *ctx, struct uuid *ret_id, bool *ret_found)
{
    struct pg_args *args = pg_args(ctx, &NEXT);
    struct pg_result *row;
    pg_add_int8(args, clock_now_us());
    enum err err = pg_run(pg, args, &row);
    if (err)
        return err;
    *ret_found = pg_rows(row) > 0;
    if (*ret_found)
        *ret_id = pg_get_uuid(row, 0, 0);
    return ERR_OK;
}

enum err export_store_take(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, const struct uuid *holder,
                           int64_t leased_until_us, struct export_job *ret_job)
{
    struct pg_args *args = pg_args(ctx, &TAKE);
    struct pg_result *row;
    pg_add_uuid(args, id);
    pg_add_uuid(args, holder);
    pg_add_int8(args, leased_until_us);
    pg_add_int8(args, clock_now_us());
    enum err err = pg_run(pg, args, &row);
    if (err)
        return err;
    if (pg_rows(row) == 0)
        return ERR_OWNER_LOST;
    read_job(ctx, row, ret_job);
    ret_job->holder = *holder;
    return ERR_OK;
}

enum err export_store_save(struct pg *pg, TALLOC_CTX *ctx, const struct export_job *job, int64_t leased_until_us)
{
    struct pg_args *args = pg_args(ctx, &SAVE);
    struct pg_result *row;
    pg_add_uuid(args, &job->is.id);
    pg_add_uuid(args, &job->holder);
    pg_add_int8(args, leased_until_us);
    pg_add_int4(args, job->file);
    pg_add_bytes(args, job->cursor.len > 0 ? job->cursor.data : NULL, job->cursor.len);
    pg_add_int8(args, job->rows);
    pg_add_int8(args, job->expected);
    pg_add_int8(args, job->bytes);
    pg_add_int4(args, job->attempts);
    pg_add_int8(args, job->expires_at_us);
    pg_add_int8(args, job->finished_at_us);
    pg_add_text(args, job->problem);
    pg_add_int8(args, clock_now_us());
    enum err err = pg_run(pg, args, &row);
    return !err && pg_rows(row) == 0 ? ERR_OWNER_LOST : err;
}

enum err export_store_let_go(struct pg *pg, TALLOC_CTX *ctx, const struct export_job *job, int64_t rests_until_us,
                             bool ours)
{
    struct pg_args *args = pg_args(ctx, &LET_GO);
    struct pg_result *row;
    pg_add_uuid(args, &job->is.id);
    pg_add_uuid(args, &job->holder);
    pg_add_int8(args, rests_until_us);
    pg_add_int4(args, ours);
    return pg_run(pg, args, &row);
}

/* What the counters of its organisation say; of meetings, about those that were registered. */
static const struct pg_statement EXPECT_TOTAL = {.name = "export_expect_total",
                                                 .sql = "SELECT CASE WHEN $2::int4 = " SQL_TABLE_KIND_MEMBERS
                                                        " THEN members ELSE branches END"
                                                        " FROM org_total WHERE organization_id = $1::uuid"};
static const struct pg_statement EXPECT_MEETINGS = {
    .name = "export_expect_meetings",
    .sql = "SELECT coalesce(sum(registered + cancelled), 0)::int8 FROM org_month WHERE organization_id = $1::uuid"
           " AND month BETWEEN coalesce($2::int4, 0) AND coalesce($3::int4, 2147483647)"};

enum err export_store_expect(struct pg *pg, TALLOC_CTX *ctx, const struct export *export, int64_t *ret_rows)
{
    const Pb__TableFilter *f = export->filter;
    bool is_of_meetings = export->kind == PB__TABLE_KIND__TABLE_KIND_MEETINGS;
    struct pg_args *args = pg_args(ctx, is_of_meetings ? &EXPECT_MEETINGS : &EXPECT_TOTAL);
    struct pg_result *row;
    pg_add_uuid(args, &export->organization);
    if (is_of_meetings) {
        pg_add_int4_or_null(args, f && (f->has_month || f->has_from), f && f->has_month ? f->month : f ? f->from : 0);
        pg_add_int4_or_null(args, f && (f->has_month || f->has_to), f && f->has_month ? f->month : f ? f->to : 0);
    } else {
        pg_add_int4(args, (int32_t) export->kind);
    }
    enum err err = pg_run(pg, args, &row);
    if (!err)
        *ret_rows = pg_rows(row) > 0 ? pg_get_int8(row, 0, 0) : 0;
    return err;
}

/* --- its end ------------------------------------------------------------------------------------------------------ */

static const struct pg_statement ENDED = {
    .name = "export_ended",
    .sql = "SELECT id, takes FROM (SELECT id, takes, leased_until_us FROM export_job WHERE NOT gone"
           "   AND expires_at_us <= $1::int8 AND finished_at_us IS NOT NULL"
           "  UNION SELECT id, takes, leased_until_us FROM export_job WHERE NOT gone AND problem IS NOT NULL"
           "   AND finished_at_us IS NOT NULL) j"
           " WHERE leased_until_us <= $2::int8 LIMIT $3::int8"};
static const struct pg_statement GONE = {.name = "export_gone",
                                         .sql = "UPDATE export_job SET gone = true WHERE id = ANY($1::uuid[])"};
static const struct pg_statement FORGET = {.name = "export_forget",
                                           .sql = "DELETE FROM export_job WHERE gone AND expires_at_us <= $1::int8"};

enum err export_store_ended(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us, int64_t limit, struct pg_result **ret_rows)
{
    struct pg_args *args = pg_args(ctx, &ENDED);
    pg_add_int8(args, now_us);
    pg_add_int8(args, clock_now_us());
    pg_add_int8(args, limit);
    return pg_run(pg, args, ret_rows);
}

enum err export_store_gone(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n, int64_t forget_us)
{
    struct pg_args *forget = pg_args(ctx, &FORGET);
    pg_add_int8(forget, forget_us);
    pg_queue_ids(pg, ctx, &GONE, ids, n);
    pg_queue(pg, forget);
    return pg_flush(pg);
}

/* --- what its member sees ----------------------------------------------------------------------------------------- */

static const struct pg_statement FIND = {.name = "export_find",
                                         .sql = "SELECT " COLUMNS " FROM export_job WHERE id = $1::uuid"
                                                " AND member_id = $2::uuid"};

enum err export_store_find(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, const struct uuid *member,
                           struct export_job *ret_job, bool *ret_found)
{
    struct pg_args *args = pg_args(ctx, &FIND);
    struct pg_result *row;
    pg_add_uuid(args, id);
    pg_add_uuid(args, member);
    enum err err = pg_run(pg, args, &row);
    if (err)
        return err;
    *ret_found = pg_rows(row) > 0;
    if (*ret_found)
        read_job(ctx, row, ret_job);
    return ERR_OK;
}
