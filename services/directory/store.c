#include "services/directory/store.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"

/* Paths and branches travel as the text of an array: unnest knows no arrays of arrays. */
static const struct pg_statement WRITE_ORGANIZATIONS = {
    .name = "directory_write_organizations",
    .each = true,
    .sql = "INSERT INTO directory_organization AS d(id, version, code, name, level, parent_id, path, meeting_day,"
           "  meeting_minute, meeting_place, contact_member_id, state, rules)"
           " SELECT id, version, code, name, level, parent_id, path::uuid[], meeting_day, meeting_minute,"
           "  meeting_place, contact, state, rules"
           " FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::text[], $5::int4[], $6::uuid[], $7::text[],"
           "  $8::int4[], $9::int4[], $10::text[], $11::uuid[], $12::int4[], $13::bytea[])"
           " AS u(id, version, code, name, level, parent_id, path, meeting_day, meeting_minute, meeting_place, contact,"
           "  state, rules)"
           " ON CONFLICT (id) DO UPDATE SET version = excluded.version, code = excluded.code, name = excluded.name,"
           "  level = excluded.level, parent_id = excluded.parent_id, path = excluded.path,"
           "  meeting_day = excluded.meeting_day, meeting_minute = excluded.meeting_minute,"
           "  meeting_place = excluded.meeting_place, contact_member_id = excluded.contact_member_id,"
           "  state = excluded.state, rules = excluded.rules"
           " WHERE d.version < excluded.version"};
static const struct pg_statement WRITE_MEMBERS = {
    .name = "directory_write_members",
    .each = true,
    .sql = "INSERT INTO directory_member AS d(id, version, full_name, branch_id, earlier_branch_ids, status, exempt,"
           "  record)"
           " SELECT id, version, full_name, branch_id, earlier::uuid[], status, exempt, record"
           " FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::uuid[], $5::text[], $6::int4[], $7::bool[],"
           "  $8::bytea[]) AS u(id, version, full_name, branch_id, earlier, status, exempt, record)"
           " ON CONFLICT (id) DO UPDATE SET version = excluded.version, full_name = excluded.full_name,"
           "  branch_id = excluded.branch_id, earlier_branch_ids = excluded.earlier_branch_ids,"
           "  status = excluded.status, exempt = excluded.exempt, record = excluded.record"
           " WHERE d.version < excluded.version"};
/* Positions follow the member's row: only those of a record that is the row's own version are replaced. */
static const struct pg_statement DROP_POSITIONS = {
    .name = "directory_drop_positions",
    .each = true,
    .sql = "DELETE FROM directory_position p USING unnest($1::uuid[], $2::int8[]) AS u(id, version), directory_member d"
           " WHERE p.member_id = u.id AND d.id = u.id AND d.version = u.version"};
static const struct pg_statement WRITE_POSITIONS = {
    .name = "directory_write_positions",
    .each = true,
    .sql = "INSERT INTO directory_position(member_id, organization_id, role, from_us, to_us, phone)"
           " SELECT u.member_id, u.organization_id, u.role, u.from_us, u.to_us, u.phone"
           " FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::int4[], $5::int8[], $6::int8[], $7::text[])"
           " AS u(member_id, version, organization_id, role, from_us, to_us, phone)"
           " JOIN directory_member d ON d.id = u.member_id AND d.version = u.version"
           " ON CONFLICT (member_id, organization_id, role, from_us)"
           " DO UPDATE SET to_us = excluded.to_us, phone = excluded.phone"};
static const struct pg_statement READ_ORGS = {
    .name = "directory_read_orgs",
    .sql = "SELECT id, code, name, level, path, meeting_day, meeting_minute, meeting_place, contact_member_id,"
           "  state FROM directory_organization WHERE id IN (SELECT unnest($1::uuid[])"
           " UNION SELECT unnest(branch_id || earlier_branch_ids) FROM directory_member WHERE id = ANY($2::uuid[])"
           " UNION SELECT organization_id FROM directory_position WHERE member_id = ANY($2::uuid[]))"};
static const struct pg_statement READ_VERSIONS = {
    .name = "directory_read_versions",
    .sql = "SELECT id, version FROM directory_organization WHERE id = ANY($1::uuid[])"};
static const struct pg_statement READ_PEOPLE = {
    .name = "directory_read_people",
    .sql = "SELECT id, full_name, record FROM directory_member WHERE id = ANY($1::uuid[])"};

/* --- writing ------------------------------------------------------------------------------------------------------ */

static void add_id(struct pg_args *args, ProtobufCBinaryData data)
{
    struct uuid id;
    pg_add_uuid(args, uuid_from_pb(data, &id) == ERR_OK ? &id : NULL);
}

static const char *path_text(TALLOC_CTX *ctx, const Pb__DirectoryOrganization *organization)
{
    struct uuid *path = mem_array(ctx, struct uuid, organization->n_path);
    for (size_t i = 0; i < organization->n_path; i++)
        path[i] = uuid_or_zero(organization->path[i]);
    return pg_uuids_text(ctx, path, organization->n_path);
}

static void add_rules(struct pg_args *args, TALLOC_CTX *ctx, const Pb__DirectoryRules *rules)
{
    if (!rules) {
        pg_add_null(args);
        return;
    }
    ProtobufCBinaryData packed = mem_pack(ctx, &rules->base);
    pg_add_bytes(args, packed.data, packed.len);
}

struct pg_args *directory_store_organizations(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_ORGANIZATIONS);
}

void directory_store_add_organization(struct pg_args *args, TALLOC_CTX *ctx,
                                      const Pb__DirectoryOrganization *organization)
{
    add_id(args, organization->id);
    pg_add_int8(args, (int64_t)organization->version);
    pg_add_text(args, organization->code);
    pg_add_text(args, organization->name);
    pg_add_int4(args, (int32_t)organization->level);
    add_id(args, organization->parent_id);
    pg_add_text(args, path_text(ctx, organization));
    if (organization->has_meeting_day)
        pg_add_int4(args, organization->meeting_day);
    else
        pg_add_null(args);
    if (organization->has_meeting_minute)
        pg_add_int4(args, organization->meeting_minute);
    else
        pg_add_null(args);
    pg_add_text(args, organization->meeting_place);
    add_id(args, organization->contact_member_id);
    pg_add_int4(args, (int32_t)organization->state);
    add_rules(args, ctx, organization->rules);
}

struct pg_args *directory_store_members(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_MEMBERS);
}

static const char *earlier_text(TALLOC_CTX *ctx, const Pb__DirectoryMember *member, ProtobufCBinaryData branch)
{
    struct uuid_map *earlier = uuid_map_new(ctx);
    struct uuid id, now = uuid_or_zero(branch);
    for (size_t i = 0; i < member->n_intervals; i++)
        if (uuid_from_pb(member->intervals[i]->branch_id, &id) == ERR_OK && !uuid_equal(&id, &now))
            uuid_map_name(earlier, &id);
    return pg_uuids_text(ctx, uuid_map_ids(earlier), uuid_map_size(earlier));
}

void directory_store_add_member(struct pg_args *args, TALLOC_CTX *ctx, const Pb__DirectoryMember *member,
                                ProtobufCBinaryData record)
{
    const Pb__DirectoryMember__Interval *newest = member->n_intervals > 0 ? member->intervals[member->n_intervals - 1]
                                                                          : NULL;
    bool here = newest && !newest->has_to_us;
    ProtobufCBinaryData branch = here ? newest->branch_id : (ProtobufCBinaryData){0};
    add_id(args, member->id);
    pg_add_int8(args, (int64_t)member->version);
    pg_add_text(args, member->full_name);
    add_id(args, branch);
    pg_add_text(args, earlier_text(ctx, member, branch));
    pg_add_int4(args, (int32_t)(here ? newest->status : PB__MEMBER_STATUS__MEMBER_STATUS_LEFT));
    pg_add_bool(args, here && newest->exempt);
    pg_add_bytes(args, record.data, record.len);
}

struct pg_args *directory_store_dropped(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &DROP_POSITIONS);
}

void directory_store_drop_positions(struct pg_args *args, const Pb__DirectoryMember *member)
{
    add_id(args, member->id);
    pg_add_int8(args, (int64_t)member->version);
}

struct pg_args *directory_store_positions(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_POSITIONS);
}

void directory_store_add_position(struct pg_args *args, const Pb__DirectoryMember *member,
                                  const Pb__DirectoryMember__Position *position)
{
    add_id(args, member->id);
    pg_add_int8(args, (int64_t)member->version);
    add_id(args, position->organization_id);
    pg_add_int4(args, (int32_t)position->role);
    pg_add_int8(args, position->from_us);
    pg_add_int8_or_null(args, position->has_to_us, position->to_us);
    pg_add_text(args, member->phone);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

struct pg_result *directory_store_queue_orgs(struct pg *pg, TALLOC_CTX *ctx, const struct uuid orgs[], size_t n_orgs,
                                             const struct uuid people[], size_t n_people)
{
    struct pg_args *args = pg_args(ctx, &READ_ORGS);
    pg_add_uuids(args, orgs, n_orgs);
    pg_add_uuids(args, people, n_people);
    return pg_queue(pg, args);
}

struct pg_result *directory_store_queue_versions(struct pg *pg, TALLOC_CTX *ctx, const struct uuid orgs[], size_t n)
{
    return pg_queue_ids(pg, ctx, &READ_VERSIONS, orgs, n);
}

struct pg_result *directory_store_queue_people(struct pg *pg, TALLOC_CTX *ctx, const struct uuid people[], size_t n)
{
    return pg_queue_ids(pg, ctx, &READ_PEOPLE, people, n);
}

ProtobufCMessage *directory_store_read_record(TALLOC_CTX *ctx, const struct pg_result *people, size_t row)
{
    ProtobufCBinaryData packed = pg_get_bytes(ctx, people, row, 2);
    return mem_unpack(ctx, &pb__directory_member__descriptor, packed.data, packed.len);
}

void directory_store_read_org(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct directory_org *ret_org)
{
    *ret_org = (struct directory_org){
        .id = pg_get_uuid(rows, row, 0),
        .code = pg_get_text(ctx, rows, row, 1),
        .name = pg_get_text(ctx, rows, row, 2),
        .level = (Pb__Level)pg_get_int8(rows, row, 3),
        .meeting_day = (int32_t)pg_get_int8(rows, row, 5),
        .meeting_minute = pg_is_null(rows, row, 6) ? -1 : (int32_t)pg_get_int8(rows, row, 6),
        .meeting_place = pg_get_text(ctx, rows, row, 7),
        .contact_member_id = pg_get_uuid(rows, row, 8),
        .state = (Pb__OrganizationState)pg_get_int8(rows, row, 9),
    };
    ret_org->path = pg_get_uuids(ctx, rows, row, 4, &ret_org->n_path);
}

struct pg_result *directory_queue_status(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member)
{
    static const struct pg_statement READ_STATUS = {.name = "directory_read_status",
                                                    .sql = "SELECT status FROM directory_member WHERE id = $1::uuid"};
    struct pg_args *args = pg_args(ctx, &READ_STATUS);
    pg_add_uuid(args, member);
    return pg_queue(pg, args);
}

bool directory_is_suspended(const struct pg_result *status)
{
    return pg_rows(status) > 0 && pg_get_int8(status, 0, 0) == PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED;
}
