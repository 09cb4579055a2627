#include "services/analytics/meeting/meeting_store.h"

#define COLUMNS                                                                                    \
    "meeting_id, version, organization_id, month, kind, state, registered, on_time, starts_at_us," \
    " registered_at_us, resolution_due_at_us, resolution_published_at_us, resolution_overdue"
static const struct pg_statement READ_MEETINGS = {.name = "analytics_read_meetings",
                                                  .sql = "SELECT " COLUMNS
                                                         " FROM fact_meeting WHERE meeting_id = ANY($1::uuid[])"};
static const struct pg_statement WRITE_MEETINGS = {
    .name = "analytics_write_meetings",
    .each = true,
    .sql = "INSERT INTO fact_meeting(" COLUMNS ")"
           " SELECT * FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::int4[], $5::int4[], $6::int4[],"
           " $7::bool[], $8::bool[], $9::int8[], $10::int8[], $11::int8[], $12::int8[], $13::bool[])"
           " ON CONFLICT (meeting_id) DO UPDATE SET"
           "   version = excluded.version,"
           "   organization_id = excluded.organization_id,"
           "   month = excluded.month,"
           "   kind = excluded.kind,"
           "   state = excluded.state,"
           "   registered = excluded.registered,"
           "   on_time = excluded.on_time,"
           "   starts_at_us = excluded.starts_at_us,"
           "   registered_at_us = excluded.registered_at_us,"
           "   resolution_due_at_us = excluded.resolution_due_at_us,"
           "   resolution_published_at_us = excluded.resolution_published_at_us,"
           "   resolution_overdue = excluded.resolution_overdue"};

struct pg_result *meeting_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n)
{
    return pg_queue_ids(pg, ctx, &READ_MEETINGS, ids, n);
}

void meeting_store_get(const struct pg_result *rows, size_t row, struct meeting *ret_meeting)
{
    *ret_meeting = (struct meeting){
        .version = (uint64_t)pg_get_int8(rows, row, 1),
        .organization = pg_get_uuid(rows, row, 2),
        .month = (int32_t)pg_get_int8(rows, row, 3),
        .kind = (Pb__MeetingKind)pg_get_int8(rows, row, 4),
        .state = (Pb__MeetingState)pg_get_int8(rows, row, 5),
        .is_registered = pg_get_bool(rows, row, 6),
        .is_on_time = pg_get_bool(rows, row, 7),
        .starts_at_us = pg_get_int8(rows, row, 8),
        .registered_at_us = pg_get_int8(rows, row, 9),
        .resolution_due_at_us = pg_get_int8(rows, row, 10),
        .resolution_published_at_us = pg_get_int8(rows, row, 11),
        .is_overdue = pg_get_bool(rows, row, 12),
    };
}

struct pg_args *meeting_store_rows(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_MEETINGS);
}

void meeting_store_add(struct pg_args *rows, const struct uuid *id, const struct meeting *meeting)
{
    pg_add_uuid(rows, id);
    pg_add_int8(rows, (int64_t)meeting->version);
    pg_add_uuid(rows, &meeting->organization);
    pg_add_int4(rows, meeting->month);
    pg_add_int4(rows, (int32_t)meeting->kind);
    pg_add_int4(rows, (int32_t)meeting->state);
    pg_add_bool(rows, meeting->is_registered);
    pg_add_bool(rows, meeting->is_on_time);
    pg_add_int8(rows, meeting->starts_at_us);
    pg_add_time_or_null(rows, meeting->registered_at_us);
    pg_add_time_or_null(rows, meeting->resolution_due_at_us);
    pg_add_time_or_null(rows, meeting->resolution_published_at_us);
    pg_add_bool(rows, meeting->is_overdue);
}
