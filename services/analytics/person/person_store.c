#include "services/analytics/person/person_store.h"

#include "common/base/mem.h"

#define MEMBER_COLUMNS \
    " m.branch_id, m.status, m.exempt, m.record, a.activated, a.devices, a.active_on, a.active, t.path"
static const struct pg_statement READ_MEMBERS = {.name = "analytics_read_members",
                                                 .sql = "SELECT u.id," MEMBER_COLUMNS
                                                        " FROM unnest($1::uuid[]) AS u(id)"
                                                        " LEFT JOIN directory_member m ON m.id = u.id"
                                                        " LEFT JOIN fact_adoption a ON a.member_id = u.id"
                                                        " LEFT JOIN own_total t ON t.organization_id = m.branch_id"};
static const struct pg_statement READ_EXPIRED = {
    .name = "analytics_read_expired",
    .sql =
        "SELECT a.member_id," MEMBER_COLUMNS
        " FROM (SELECT * FROM fact_adoption WHERE active AND active_on < $1::int4 ORDER BY active_on LIMIT $2::int8) a"
        " LEFT JOIN directory_member m ON m.id = a.member_id"
        " LEFT JOIN own_total t ON t.organization_id = m.branch_id"};
static const struct pg_statement WRITE_ADOPTION = {
    .name = "analytics_write_adoption",
    .each = true,
    .sql = "INSERT INTO fact_adoption(member_id, activated, devices, active_on, active)"
           " SELECT * FROM unnest($1::uuid[], $2::bool[], $3::int4[], $4::int4[], $5::bool[])"
           " ON CONFLICT (member_id) DO UPDATE SET"
           "   activated = excluded.activated,"
           "   devices = excluded.devices,"
           "   active_on = excluded.active_on,"
           "   active = excluded.active"};
static const struct pg_statement READ_DEVICES = {
    .name = "analytics_read_devices",
    .sql = "SELECT member_id, device_id, at_us, present FROM fact_device WHERE member_id = ANY($1::uuid[])"};
static const struct pg_statement WRITE_DEVICES = {
    .name = "analytics_write_devices",
    .each = true,
    .sql = "INSERT INTO fact_device(member_id, device_id, at_us, present)"
           " SELECT * FROM unnest($1::uuid[], $2::text[], $3::int8[], $4::bool[])"
           " ON CONFLICT (member_id, device_id) DO UPDATE SET at_us = excluded.at_us, present = excluded.present"};

struct pg_result *person_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n)
{
    return pg_queue_ids(pg, ctx, &READ_MEMBERS, ids, n);
}

struct pg_result *person_store_read_expired(struct pg *pg, TALLOC_CTX *ctx, int32_t before, int64_t limit)
{
    struct pg_args *args = pg_args(ctx, &READ_EXPIRED);
    pg_add_int4(args, before);
    pg_add_int8(args, limit);
    return pg_queue(pg, args);
}

enum err person_store_get(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct person *ret_person)
{
    ProtobufCBinaryData packed = pg_get_bytes(ctx, rows, row, 4);
    *ret_person = (struct person){
        .has_branch = !pg_is_null(rows, row, 1),
        .branch = pg_get_uuid(rows, row, 1),
        .status = (Pb__MemberStatus)pg_get_int8(rows, row, 2),
        .is_exempt = pg_get_bool(rows, row, 3),
        .is_activated = pg_get_bool(rows, row, 5),
        .devices = (int32_t)pg_get_int8(rows, row, 6),
        .active_on = (int32_t)pg_get_int8(rows, row, 7),
        .is_active = pg_get_bool(rows, row, 8),
    };
    if (pg_is_null(rows, row, 4))
        return ERR_OK;
    ret_person->record = (const Pb__DirectoryMember *)mem_unpack(ctx, &pb__directory_member__descriptor, packed.data,
                                                                 packed.len);
    if (!ret_person->record)
        return ERR_INTERNAL; /* our own bytes */
    ret_person->version = ret_person->record->version;
    return ERR_OK;
}

const struct uuid *person_store_get_path(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, size_t *ret_n)
{
    return pg_is_null(rows, row, 9) ? NULL : pg_get_uuids(ctx, rows, row, 9, ret_n);
}

struct pg_args *person_store_adoption(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_ADOPTION);
}

void person_store_add_adoption(struct pg_args *rows, const struct uuid *member, const struct person *person)
{
    pg_add_uuid(rows, member);
    pg_add_bool(rows, person->is_activated);
    pg_add_int4(rows, person->devices);
    pg_add_int4(rows, person->active_on);
    pg_add_bool(rows, person->is_active);
}

struct pg_result *person_store_read_devices(struct pg *pg, TALLOC_CTX *ctx, const struct uuid members[], size_t n)
{
    return pg_queue_ids(pg, ctx, &READ_DEVICES, members, n);
}

void person_store_get_device(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                             struct person_device *ret_device)
{
    *ret_device = (struct person_device){
        .id = pg_get_text(ctx, rows, row, 1),
        .at_us = pg_get_int8(rows, row, 2),
        .is_present = pg_get_bool(rows, row, 3),
    };
}

struct pg_args *person_store_devices(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_DEVICES);
}

void person_store_add_device(struct pg_args *rows, const struct uuid *member, const struct person_device *device)
{
    pg_add_uuid(rows, member);
    pg_add_text(rows, device->id);
    pg_add_int8(rows, device->at_us);
    pg_add_bool(rows, device->is_present);
}
