#include "services/auth/tree/tree_store.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "contract_numbers.h"

/* --- loading ------------------------------------------------------------------------------------------------------ */

static const struct pg_statement LOCK = {
    .name = "tree_lock",
    .sql = "SELECT id, version, code, name, level, state, path, coalesce(meeting_day, 0), coalesce(meeting_minute, -1),"
           "    meeting_place, contact_member_id FROM organization WHERE id = ANY($1::uuid[]"
           "    || ARRAY(SELECT parent_id FROM organization WHERE id = ANY($1::uuid[]) AND parent_id IS NOT NULL))"
           " ORDER BY id FOR NO KEY UPDATE"};
/* Of those that have active children. Behind the lock: who makes a child has its parent's. */
static const struct pg_statement PARENTS = {
    .name = "tree_parents",
    .sql = "SELECT DISTINCT parent_id FROM organization"
           " WHERE parent_id = ANY($1::uuid[]) AND state = " SQL_ORGANIZATION_STATE_ACTIVE};
/* OFFSET 0: each name is looked up among the children of its parent, not all organisations among the names. */
static const struct pg_statement NAMESAKES = {
    .name = "tree_namesakes",
    .each = true,
    .sql = "SELECT n.id, n.parent_id, n.name FROM unnest($1::uuid[], $2::uuid[], $3::text[]) w(id, parent_id, name)"
           " LEFT JOIN organization o ON o.id = w.id CROSS JOIN LATERAL (SELECT s.id, s.parent_id, s.name"
           "     FROM organization s WHERE s.parent_id = coalesce(w.parent_id, o.parent_id)"
           "     AND s.name = coalesce(w.name, o.name) AND s.state = " SQL_ORGANIZATION_STATE_ACTIVE " OFFSET 0) n"
           " WHERE n.id IS DISTINCT FROM w.id"};

struct pg_args *tree_store_names(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &NAMESAKES);
}

void tree_store_add_name(struct pg_args *names, const struct uuid *organization, const struct uuid *parent,
                         const char *name)
{
    pg_add_uuid_or_null(names, organization);
    pg_add_uuid_or_null(names, parent);
    pg_add_text(names, name);
}

void tree_store_load(struct pg *pg, TALLOC_CTX *ctx, const struct uuid_map *organizations, struct pg_args *names,
                     struct tree_rows *ret_rows)
{
    const struct uuid *ids = uuid_map_ids(organizations);
    size_t n = uuid_map_size(organizations);
    ret_rows->organizations = pg_queue_ids(pg, ctx, &LOCK, ids, n);
    ret_rows->parents = pg_queue_ids(pg, ctx, &PARENTS, ids, n);
    ret_rows->namesakes = pg_queue(pg, names);
}

struct tree_organization *tree_store_loaded(TALLOC_CTX *ctx, const struct pg_result *organizations, size_t row)
{
    struct tree_organization *organization = mem_new(ctx, struct tree_organization);
    organization->version = (uint64_t)pg_get_int8(organizations, row, 1);
    organization->org = (struct directory_org){
        .id = pg_get_uuid(organizations, row, 0),
        .code = pg_get_text(ctx, organizations, row, 2),
        .name = pg_get_text(ctx, organizations, row, 3),
        .level = (Pb__Level)pg_get_int8(organizations, row, 4),
        .state = (Pb__OrganizationState)pg_get_int8(organizations, row, 5),
        .meeting_day = (int32_t)pg_get_int8(organizations, row, 7),
        .meeting_minute = (int32_t)pg_get_int8(organizations, row, 8),
        .meeting_place = pg_get_text(ctx, organizations, row, 9),
        .contact_member_id = pg_get_uuid(organizations, row, 10),
    };
    organization->org.path = pg_get_uuids(ctx, organizations, row, 6, &organization->org.n_path);
    return organization;
}

struct tree_namesake tree_store_namesake(TALLOC_CTX *ctx, const struct pg_result *namesakes, size_t row)
{
    return (struct tree_namesake){.id = pg_get_uuid(namesakes, row, 0),
                                  .parent = pg_get_uuid(namesakes, row, 1),
                                  .name = pg_get_text(ctx, namesakes, row, 2)};
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

struct tree_writes {
    TALLOC_CTX *ctx;
    struct pg_args *added, *changed, *ended;
    ARRAY(struct pg_args *) moves; /* in their order: one may lie in another's subtree */
};

static const struct pg_statement ADD = {
    .name = "tree_add",
    .each = true,
    .sql = "INSERT INTO organization (id, version, code, name, level, parent_id, path, meeting_day, meeting_minute,"
           "    meeting_place, contact_member_id, changed_at_us)"
           " SELECT u.id, u.version, u.code, u.name, u.level, u.parent_id, u.path::uuid[], nullif(u.day, 0),"
           "    nullif(u.minute, -1), u.place, u.contact, u.now_us"
           " FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::uuid[], $5::int4[], $6::int4[], $7::text[],"
           "    $8::uuid[], $9::int8[], $10::text[], $11::int4[], $12::text[])"
           "    u(id, version, name, parent_id, day, minute, place, contact, now_us, code, level, path)"};
static const struct pg_statement CHANGE = {
    .name = "tree_change",
    .each = true,
    .sql = "UPDATE organization o SET version = greatest(u.version, o.version), name = u.name,"
           "    parent_id = u.parent_id, meeting_day = nullif(u.day, 0), meeting_minute = nullif(u.minute, -1),"
           "    meeting_place = u.place, changed_at_us = u.now_us,"
           "    contact_member_id = CASE WHEN u.sets_contact THEN u.contact ELSE o.contact_member_id END"
           " FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::uuid[], $5::int4[], $6::int4[], $7::text[],"
           "    $8::uuid[], $9::int8[], $10::bool[])"
           "    u(id, version, name, parent_id, day, minute, place, contact, now_us, sets_contact)"
           " WHERE o.id = u.id"};
static const struct pg_statement MOVE = {
    .name = "tree_move",
    .sql = "UPDATE organization o SET path = p.path || o.path[array_position(o.path, $1::uuid):],"
           "    version = o.version + (o.id <> $1::uuid)::int, changed_at_us = $3::int8"
           " FROM organization p WHERE p.id = $2::uuid AND o.path @> ARRAY[$1::uuid]"};
static const struct pg_statement END = {
    .name = "tree_end",
    .each = true,
    .sql = "UPDATE organization o SET state = CASE WHEN u.into_id IS NULL THEN " SQL_ORGANIZATION_STATE_CLOSED
           " ELSE " SQL_ORGANIZATION_STATE_MERGED " END, merged_into = u.into_id, ended_at_us = u.now_us,"
           "    end_reason = u.reason"
           " FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int8[]) u(id, into_id, reason, now_us)"
           " WHERE o.id = u.id"};

struct tree_writes *tree_writes_new(TALLOC_CTX *ctx)
{
    struct tree_writes *writes = mem_new(ctx, struct tree_writes);
    writes->ctx = ctx;
    writes->added = pg_args(ctx, &ADD);
    writes->changed = pg_args(ctx, &CHANGE);
    writes->ended = pg_args(ctx, &END);
    return writes;
}

static void add_fields(struct pg_args *args, const struct tree_organization *is, int64_t now_us)
{
    struct uuid parent = tree_parent_of(is);
    pg_add_uuid(args, &is->org.id);
    pg_add_int8(args, (int64_t)is->version);
    pg_add_text(args, is->org.name);
    pg_add_uuid_or_null(args, &parent);
    pg_add_int4(args, is->org.meeting_day);
    pg_add_int4(args, is->org.meeting_minute);
    pg_add_text(args, is->org.meeting_place);
    pg_add_uuid_or_null(args, &is->org.contact_member_id);
    pg_add_int8(args, now_us);
}

void tree_writes_add(struct tree_writes *writes, const struct tree_organization *is, int64_t now_us)
{
    add_fields(writes->added, is, now_us);
    pg_add_text(writes->added, is->org.code);
    pg_add_int4(writes->added, (int32_t)is->org.level);
    pg_add_text(writes->added, pg_uuids_text(writes->ctx, is->org.path, is->org.n_path));
}

void tree_writes_change(struct tree_writes *writes, const struct tree_organization *is, bool sets_contact,
                        int64_t now_us)
{
    add_fields(writes->changed, is, now_us);
    pg_add_bool(writes->changed, sets_contact);
}

void tree_writes_move(struct tree_writes *writes, const struct uuid *organization, const struct uuid *parent,
                      int64_t now_us)
{
    struct pg_args *args = pg_args(writes->ctx, &MOVE);
    pg_add_uuid(args, organization);
    pg_add_uuid(args, parent);
    pg_add_int8(args, now_us);
    array_add(writes->ctx, &writes->moves, args);
}

void tree_writes_end(struct tree_writes *writes, const struct uuid *organization, const struct uuid *into,
                     const char *reason, int64_t now_us)
{
    pg_add_uuid(writes->ended, organization);
    pg_add_uuid_or_null(writes->ended, into);
    pg_add_text(writes->ended, reason);
    pg_add_int8(writes->ended, now_us);
}

void tree_writes_queue_added(struct pg *pg, const struct tree_writes *writes)
{
    pg_queue(pg, writes->added);
}

void tree_writes_queue_changed(struct pg *pg, const struct tree_writes *writes)
{
    for (size_t i = 0; i < writes->moves.n; i++)
        pg_queue(pg, writes->moves.items[i]);
    pg_queue(pg, writes->changed);
    pg_queue(pg, writes->ended);
}
