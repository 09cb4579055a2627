#include "services/auth/organization/organization_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"
#include "sotay/v1/directory.pb-c.h"

/* --- the tree --- */

#define ROW "id, parent_id, code, name, level, meeting_day, state <> " SQL_ORGANIZATION_STATE_ACTIVE
static const struct pg_statement ALL = {.name = "organization_all", .sql = "SELECT " ROW " FROM organization"};
/* In the order in which commands lock them. */
static const struct pg_statement LOCKED = {
    .name = "organization_locked",
    .sql = "SELECT " ROW " FROM organization WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"};

/* The paths of new and moved organisations are wrong until FIND_PATHS has run behind this, in the same transaction. */
static const struct pg_statement PUT = {
    .name = "organization_put",
    .each = true,
    .sql = "INSERT INTO organization AS o (id, version, code, name, level, parent_id, path, meeting_day, "
           "    changed_at_us) SELECT id, 1, code, name, level, parent_id, ARRAY[id], nullif(day, 0), now_us"
           " FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int4[], $5::uuid[], $6::int4[], $7::int8[]) "
           "     AS u(id, code, name, level, parent_id, day, now_us) ON CONFLICT (id) DO UPDATE"
           " SET name = excluded.name, level = excluded.level, "
           "    parent_id = excluded.parent_id, "
           "    meeting_day = coalesce(excluded.meeting_day, o.meeting_day), version = o.version + 1, "
           "    changed_at_us = excluded.changed_at_us WHERE (o.name, o.level, o.parent_id,"
           " o.meeting_day) IS DISTINCT FROM "
           "      (excluded.name, excluded.level, excluded.parent_id, "
           "       coalesce(excluded.meeting_day, o.meeting_day))"};

static const struct pg_statement FIND_PATHS = {
    .name = "organization_paths",
    .sql = "WITH RECURSIVE found AS ("
           "    SELECT id, ARRAY[id] AS path FROM organization WHERE parent_id IS NULL "
           "    UNION ALL SELECT o.id, f.path || o.id FROM found f"
           " JOIN organization o ON o.parent_id = f.id) UPDATE organization o"
           " SET path = f.path, changed_at_us = $1::int8, "
           "    version = CASE WHEN o.changed_at_us = $1::int8 THEN o.version ELSE o.version + 1 END"
           " FROM found f WHERE f.id = o.id AND o.path <> f.path"};

static void read_rows(TALLOC_CTX *ctx, const struct pg_result *result, struct organization_rows *ret_rows)
{
    ret_rows->n = pg_rows(result);
    ret_rows->items = mem_array(ctx, struct organization_row, ret_rows->n);
    for (size_t i = 0; i < ret_rows->n; i++)
        ret_rows->items[i] = (struct organization_row){.id = pg_get_uuid(result, i, 0),
                                                       .parent_id = pg_get_uuid(result, i, 1),
                                                       .is_root = pg_is_null(result, i, 1),
                                                       .code = pg_get_text(ctx, result, i, 2),
                                                       .name = pg_get_text(ctx, result, i, 3),
                                                       .level = (Pb__Level)pg_get_int8(result, i, 4),
                                                       .meeting_day = (int32_t)pg_get_int8(result, i, 5),
                                                       .has_ended = pg_get_bool(result, i, 6)};
}

enum err organization_store_all(struct pg *pg, TALLOC_CTX *ctx, struct organization_rows *ret_rows)
{
    struct pg_result *result;
    enum err err = pg_run(pg, pg_args(ctx, &ALL), &result);
    if (!err)
        read_rows(ctx, result, ret_rows);
    return err;
}

enum err organization_store_lock(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n,
                                 struct organization_rows *ret_rows)
{
    struct pg_result *result = pg_queue_ids(pg, ctx, &LOCKED, ids, n);
    enum err err = pg_flush(pg);
    if (!err)
        read_rows(ctx, result, ret_rows);
    return err;
}

void organization_store_put_queue(struct pg *pg, TALLOC_CTX *ctx, const struct organization_row rows[], size_t n,
                                  int64_t now_us)
{
    struct pg_args *put = pg_args(ctx, &PUT);
    for (size_t i = 0; i < n; i++) {
        pg_add_uuid(put, &rows[i].id);
        pg_add_text(put, rows[i].code);
        pg_add_text(put, rows[i].name);
        pg_add_int4(put, (int32_t)rows[i].level);
        pg_add_uuid(put, rows[i].is_root ? NULL : &rows[i].parent_id);
        pg_add_int4(put, rows[i].meeting_day);
        pg_add_int8(put, now_us);
    }
    struct pg_args *paths = pg_args(ctx, &FIND_PATHS);
    pg_add_int8(paths, now_us);
    pg_queue(pg, put);
    pg_queue(pg, paths);
}

/* --- the root --- */

static const struct pg_statement ROOT_CODE = {.name = "organization_root_code",
                                              .sql = "SELECT code FROM organization WHERE parent_id IS NULL"};
static const struct pg_statement ADD_ROOT = {
    .name = "organization_add_root",
    .sql = "INSERT INTO organization (id, version, code, name, level, path, changed_at_us)"
           " VALUES ($1::uuid, 1, $2::text, $3::text, " SQL_LEVEL_CITY
           ", ARRAY[$1::uuid], $4::int8) ON CONFLICT DO NOTHING"};
enum err organization_store_root_code(struct pg *pg, TALLOC_CTX *ctx, char **ret_code)
{
    struct pg_result *result;
    enum err err = pg_run(pg, pg_args(ctx, &ROOT_CODE), &result);
    if (err)
        return err;
    *ret_code = pg_rows(result) ? pg_get_text(ctx, result, 0, 0) : NULL;
    return ERR_OK;
}

void organization_store_add_root_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, const char *code,
                                       const char *name, int64_t now_us)
{
    struct pg_args *args = pg_args(ctx, &ADD_ROOT);
    pg_add_uuid(args, id);
    pg_add_text(args, code);
    pg_add_text(args, name);
    pg_add_int8(args, now_us);
    pg_queue(pg, args);
}

/* --- records --- */

static const struct pg_statement IDS_AFTER = {
    .name = "organization_ids_after",
    .sql = "SELECT id FROM organization WHERE id > $1::uuid ORDER BY id LIMIT $2::int4"};
/* Of rules so many versions: those of years. */
#define NEWEST_RULES                                                                        \
    "(SELECT string_agg(n.rules, ''::bytea) FROM (SELECT r.rules FROM organization_rules r" \
    "  WHERE r.organization_id = o.id ORDER BY r.version DESC LIMIT 64) n)"
static const struct pg_statement RECORDS = {
    .name = "organization_records",
    .sql = "SELECT o.id, o.version, o.code, o.name, o.level, o.parent_id, o.path, o.meeting_day, o.meeting_minute,"
           "    o.meeting_place, o.contact_member_id, o.state, " NEWEST_RULES
           " FROM organization o WHERE o.id = ANY($1::uuid[])"};

static void add_meeting(TALLOC_CTX *ctx, Pb__DirectoryOrganization *o, const struct pg_result *result, size_t row)
{
    o->has_meeting_day = !pg_is_null(result, row, 7);
    o->meeting_day = (int32_t)pg_get_int8(result, row, 7);
    o->has_meeting_minute = !pg_is_null(result, row, 8);
    o->meeting_minute = (int32_t)pg_get_int8(result, row, 8);
    o->meeting_place = pg_get_text(ctx, result, row, 9);
    o->has_contact_member_id = !pg_is_null(result, row, 10);
    if (o->has_contact_member_id)
        o->contact_member_id = pg_get_bytes(ctx, result, row, 10);
    o->state = (Pb__OrganizationState)pg_get_int8(result, row, 11);
    o->has_state = o->state != PB__ORGANIZATION_STATE__ORGANIZATION_STATE_ACTIVE;
}

static Pb__DirectoryRules *read_rules(TALLOC_CTX *ctx, const struct pg_result *result, size_t row)
{
    if (pg_is_null(result, row, 12))
        return NULL;
    ProtobufCBinaryData packed = pg_get_bytes(ctx, result, row, 12);
    return (Pb__DirectoryRules *)mem_unpack(ctx, &pb__directory_rules__descriptor, packed.data, packed.len);
}

static ProtobufCBinaryData pack_organization(TALLOC_CTX *ctx, const struct pg_result *result, size_t row,
                                             struct uuid *ret_id)
{
    TALLOC_CTX *work = mem_context(ctx, "record");
    Pb__DirectoryOrganization o = PB__DIRECTORY_ORGANIZATION__INIT;
    *ret_id = pg_get_uuid(result, row, 0);
    o.id = uuid_to_pb(work, ret_id);
    o.version = (uint64_t)pg_get_int8(result, row, 1);
    o.code = pg_get_text(work, result, row, 2);
    o.name = pg_get_text(work, result, row, 3);
    o.level = (Pb__Level)pg_get_int8(result, row, 4);
    o.has_parent_id = !pg_is_null(result, row, 5);
    if (o.has_parent_id)
        o.parent_id = pg_get_bytes(work, result, row, 5);
    struct uuid *path = pg_get_uuids(work, result, row, 6, &o.n_path);
    o.path = mem_array(work, ProtobufCBinaryData, o.n_path);
    for (size_t i = 0; i < o.n_path; i++)
        o.path[i] = uuid_to_pb(work, &path[i]);
    add_meeting(work, &o, result, row);
    o.rules = read_rules(work, result, row);
    ProtobufCBinaryData packed = mem_pack(ctx, &o.base);
    mem_free(work);
    return packed;
}

enum err organization_store_records(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *ids, size_t n,
                                    struct loop_record_list *ret_records)
{
    struct pg_result *result = ids_queue(pg, ctx, &RECORDS, ids, n);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    ret_records->n = pg_rows(result);
    ret_records->items = mem_array(ctx, struct loop_record, ret_records->n);
    for (size_t i = 0; i < ret_records->n; i++)
        ret_records->items[i].value = pack_organization(ctx, result, i, &ret_records->items[i].key);
    return ERR_OK;
}

enum err organization_store_ids_after(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *after, int limit,
                                      struct ids *ret_ids)
{
    return ids_run_after(pg, ctx, &IDS_AFTER, after, limit, ret_ids);
}

/* --- after a restore --- */

static const struct pg_statement LIFT = {
    .name = "organization_lift",
    .each = true,
    .sql = "UPDATE organization o SET version = u.version + 1 FROM unnest($1::uuid[], $2::int8[]) u(id, version)"
           " WHERE o.id = u.id AND o.version < u.version"};

struct pg_args *organization_store_lift(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &LIFT);
}

void organization_store_lift_add(struct pg_args *args, const struct uuid *id, uint64_t version)
{
    pg_add_uuid(args, id);
    pg_add_int8(args, (int64_t)version);
}
