#include "services/analytics/reading/reading_store.h"

/* --- for the loop ------------------------------------------------------------------------------------------------ */

#define READING_COLUMNS " f.member_id, f.subject_id, f.subject_type, f.read_at_us, f.organization_id"
static const struct pg_statement READ_READINGS = {
    .name = "analytics_read_readings",
    .each = true,
    .sql = "SELECT" READING_COLUMNS " FROM unnest($1::uuid[], $2::uuid[]) AS u(member_id, subject_id)"
           " JOIN fact_read f USING (member_id, subject_id)"};
static const struct pg_statement READ_STRAYS = {
    .name = "analytics_read_strays",
    .each = true,
    .sql = "SELECT" READING_COLUMNS
           " FROM unnest($1::uuid[], $2::uuid[], $3::int8[], $4::int8[]) AS u(member_id, branch_id, from_us, to_us)"
           " JOIN fact_read f ON f.member_id = u.member_id AND f.read_at_us >= u.from_us AND f.read_at_us < u.to_us"
           " WHERE f.organization_id IS DISTINCT FROM u.branch_id"};
/* Two statements: nearly all are new, and ON CONFLICT would cost each of them a third more. */
static const struct pg_statement INSERT_READINGS = {
    .name = "analytics_insert_readings",
    .each = true,
    .sql = "INSERT INTO fact_read(member_id, subject_id, subject_type, organization_id, read_at_us)"
           " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int4[], $4::uuid[], $5::int8[])"};
static const struct pg_statement UPDATE_READINGS = {
    .name = "analytics_update_readings",
    .each = true,
    .sql = "UPDATE fact_read f SET organization_id = u.organization_id, read_at_us = u.read_at_us"
           " FROM unnest($1::uuid[], $2::uuid[], $3::int4[], $4::uuid[], $5::int8[])"
           "   AS u(member_id, subject_id, subject_type, organization_id, read_at_us)"
           " WHERE f.member_id = u.member_id AND f.subject_id = u.subject_id"};

struct pg_args *reading_store_keys(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &READ_READINGS);
}

void reading_store_add_key(struct pg_args *keys, const struct uuid *member, const struct uuid *subject)
{
    pg_add_uuid(keys, member);
    pg_add_uuid(keys, subject);
}

struct pg_args *reading_store_intervals(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &READ_STRAYS);
}

void reading_store_add_interval(struct pg_args *intervals, const struct uuid *member, const struct uuid *branch,
                                int64_t from_us, int64_t to_us)
{
    pg_add_uuid(intervals, member);
    pg_add_uuid(intervals, branch);
    pg_add_int8(intervals, from_us);
    pg_add_int8(intervals, to_us);
}

void reading_store_get(const struct pg_result *rows, size_t row, struct reading *ret_reading)
{
    *ret_reading = (struct reading){
        .is_known = true,
        .type = (Pb__SubjectType)pg_get_int8(rows, row, 2),
        .at_us = pg_get_int8(rows, row, 3),
        .has_branch = !pg_is_null(rows, row, 4),
        .branch = pg_get_uuid(rows, row, 4),
    };
}

struct pg_args *reading_store_new(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &INSERT_READINGS);
}

struct pg_args *reading_store_changed(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &UPDATE_READINGS);
}

void reading_store_add(struct pg_args *rows, const struct uuid *member, const struct uuid *subject,
                       const struct reading *reading)
{
    pg_add_uuid(rows, member);
    pg_add_uuid(rows, subject);
    pg_add_int4(rows, (int32_t)reading->type);
    pg_add_uuid(rows, reading->has_branch ? &reading->branch : NULL);
    pg_add_int8(rows, reading->at_us);
}

/* --- for queries ------------------------------------------------------------------------------------------------- */

static const struct pg_statement MARKS = {
    .name = "analytics_marks",
    .sql = "SELECT subject_type, subject_id, read_at_us"
           " FROM fact_read"
           " WHERE member_id = $1::uuid AND ($2::uuid IS NULL OR subject_id = $2::uuid) AND read_at_us >= $3::int8"
           " AND (read_at_us < $4::int8 OR (read_at_us = $4::int8 AND subject_id > $5::uuid))"
           " ORDER BY read_at_us DESC, subject_id"
           " LIMIT $6::int8"};

struct pg_result *reading_store_marks(struct pg *pg, TALLOC_CTX *ctx, const struct reading_marks *wanted)
{
    struct pg_args *args = pg_args(ctx, &MARKS);
    pg_add_uuid(args, wanted->member);
    pg_add_uuid(args, wanted->subject);
    pg_add_int8(args, wanted->since_us);
    pg_add_int8(args, wanted->after.at_us);
    pg_add_uuid(args, &wanted->after.id);
    pg_add_int8(args, wanted->limit);
    return pg_queue(pg, args);
}
