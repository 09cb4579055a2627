#include "services/analytics/attendance/attendance_store.h"

static const struct pg_statement READ_ATTENDANCE = {
    .name = "analytics_read_attendance",
    .sql = "SELECT meeting_id, revision, organization_id, month, base_members, present, excused, unexcused"
           " FROM fact_attendance WHERE meeting_id = ANY($1::uuid[])"};
static const struct pg_statement WRITE_ATTENDANCE = {
    .name = "analytics_write_attendance",
    .each = true,
    .sql = "INSERT INTO fact_attendance(meeting_id, revision, organization_id, month, base_members, present, excused,"
           "   unexcused)"
           " SELECT * FROM unnest($1::uuid[], $2::int4[], $3::uuid[], $4::int4[], $5::int4[], $6::int4[], $7::int4[],"
           "   $8::int4[])"
           " ON CONFLICT (meeting_id) DO UPDATE SET"
           "   revision = excluded.revision,"
           "   organization_id = excluded.organization_id,"
           "   month = excluded.month,"
           "   base_members = excluded.base_members,"
           "   present = excluded.present,"
           "   excused = excluded.excused,"
           "   unexcused = excluded.unexcused"};

struct pg_result *attendance_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid meetings[], size_t n)
{
    return pg_queue_ids(pg, ctx, &READ_ATTENDANCE, meetings, n);
}

void attendance_store_get(const struct pg_result *rows, size_t row, struct attendance *ret_attendance)
{
    *ret_attendance = (struct attendance){
        .revision = (int32_t)pg_get_int8(rows, row, 1),
        .organization = pg_get_uuid(rows, row, 2),
        .month = (int32_t)pg_get_int8(rows, row, 3),
        .base = (int32_t)pg_get_int8(rows, row, 4),
        .present = (int32_t)pg_get_int8(rows, row, 5),
        .excused = (int32_t)pg_get_int8(rows, row, 6),
        .unexcused = (int32_t)pg_get_int8(rows, row, 7),
    };
}

struct pg_args *attendance_store_rows(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_ATTENDANCE);
}

void attendance_store_add(struct pg_args *rows, const struct uuid *meeting, const struct attendance *attendance)
{
    pg_add_uuid(rows, meeting);
    pg_add_int4(rows, attendance->revision);
    pg_add_uuid(rows, &attendance->organization);
    pg_add_int4(rows, attendance->month);
    pg_add_int4(rows, attendance->base);
    pg_add_int4(rows, attendance->present);
    pg_add_int4(rows, attendance->excused);
    pg_add_int4(rows, attendance->unexcused);
}
