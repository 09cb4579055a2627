/* Organisations and members as the directory tells of them, and the first two rows of all. */
#include "services/auth/store.h"

#include "common/base/log.h"
#include "common/base/mem.h"
#include <string.h>

/* --- members --- */

static const struct pg_statement MEMBERS = {
    .name = "record_members",
    .sql = "SELECT id, version, full_name, branch_id, status, exempt, since_us, token_generation, phone "
           "FROM member WHERE id = ANY($1::uuid[]) ORDER BY id"};
static const struct pg_statement PAST = {
    .name = "record_past",
    .sql = "SELECT member_id, branch_id, status, exempt, from_us, to_us "
           "FROM member_past WHERE member_id = ANY($1::uuid[]) ORDER BY member_id, from_us"};
static const struct pg_statement POSITIONS = {
    .name = "record_positions",
    .sql = "SELECT member_id, organization_id, role, from_us, to_us "
           "FROM member_position WHERE member_id = ANY($1::uuid[]) ORDER BY member_id, from_us"};

static struct pg_result *queue_ids(struct pg *pg, TALLOC_CTX *ctx, const struct pg_statement *statement,
                                   const struct uuid *ids, size_t n)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuids(args, ids, n);
    return pg_queue(pg, args);
}

/* Rows of `result` for one member, from *at on; both are in the order of the members. */
static size_t rows_of(const struct pg_result *result, size_t *at, const struct uuid *member)
{
    size_t n = 0;
    for (; *at + n < pg_rows(result); n++) {
        struct uuid id = pg_get_uuid(result, *at + n, 0);
        if (!uuid_equal(&id, member))
            break;
    }
    *at += n;
    return n;
}

static ProtobufCBinaryData get_id(TALLOC_CTX *ctx, const struct pg_result *result, size_t row, int column)
{
    struct uuid id = pg_get_uuid(result, row, column);
    return uuid_to_pb(ctx, &id);
}

static Pb__DirectoryMember__Interval *interval(TALLOC_CTX *ctx, const struct pg_result *result, size_t row,
                                               int first_column)
{
    Pb__DirectoryMember__Interval *interval = mem_new(ctx, Pb__DirectoryMember__Interval);
    pb__directory_member__interval__init(interval);
    interval->branch_id = get_id(ctx, result, row, first_column);
    interval->status = (Pb__MemberStatus)pg_get_int8(result, row, first_column + 1);
    interval->exempt = pg_get_bool(result, row, first_column + 2);
    interval->from_us = pg_get_int8(result, row, first_column + 3);
    return interval;
}

static void add_intervals(TALLOC_CTX *ctx, Pb__DirectoryMember *m, const struct pg_result *past, size_t first, size_t n,
                          const struct pg_result *members, size_t row)
{
    m->intervals = mem_array(ctx, Pb__DirectoryMember__Interval *, n + 1);
    for (size_t i = 0; i < n; i++) {
        m->intervals[i] = interval(ctx, past, first + i, 1);
        m->intervals[i]->has_to_us = true;
        m->intervals[i]->to_us = pg_get_int8(past, first + i, 5);
    }
    m->n_intervals = n;
    if (pg_get_int8(members, row, 4) != PB__MEMBER_STATUS__MEMBER_STATUS_LEFT)
        m->intervals[m->n_intervals++] = interval(ctx, members, row, 3);
}

/* Phones travel only with those who hold a position (ACCESS.md). */
static bool add_positions(TALLOC_CTX *ctx, Pb__DirectoryMember *m, const struct pg_result *positions, size_t first,
                          size_t n)
{
    bool holds = false;
    m->positions = mem_array(ctx, Pb__DirectoryMember__Position *, n);
    for (size_t i = first; i < first + n; i++) {
        Pb__DirectoryMember__Position *position = mem_new(ctx, Pb__DirectoryMember__Position);
        pb__directory_member__position__init(position);
        position->organization_id = get_id(ctx, positions, i, 1);
        position->role = (Pb__Role)pg_get_int8(positions, i, 2);
        position->from_us = pg_get_int8(positions, i, 3);
        position->has_to_us = !pg_is_null(positions, i, 4);
        position->to_us = pg_get_int8(positions, i, 4);
        holds = holds || !position->has_to_us;
        m->positions[m->n_positions++] = position;
    }
    return holds;
}

struct member_rows {
    struct pg_result *members, *past, *positions;
    size_t at_past, at_positions;
};

static ProtobufCBinaryData pack_member(TALLOC_CTX *ctx, struct member_rows *rows, size_t row, struct uuid *ret_id)
{
    TALLOC_CTX *work = mem_context(ctx, "record");
    Pb__DirectoryMember m = PB__DIRECTORY_MEMBER__INIT;
    *ret_id = pg_get_uuid(rows->members, row, 0);
    size_t past = rows->at_past, n_past = rows_of(rows->past, &rows->at_past, ret_id);
    size_t held = rows->at_positions, n_held = rows_of(rows->positions, &rows->at_positions, ret_id);
    m.id = uuid_to_pb(work, ret_id);
    m.version = (uint64_t)pg_get_int8(rows->members, row, 1);
    m.full_name = pg_get_text(work, rows->members, row, 2);
    add_intervals(work, &m, rows->past, past, n_past, rows->members, row);
    if (add_positions(work, &m, rows->positions, held, n_held))
        m.phone = pg_get_text(work, rows->members, row, 8);
    m.token_generation = (uint32_t)pg_get_int8(rows->members, row, 7);
    m.has_token_generation = m.token_generation > 0;
    ProtobufCBinaryData packed = mem_pack(ctx, &m.base);
    mem_free(work);
    return packed;
}

enum err store_member_records(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *ids, size_t n,
                              struct store_records *ret_records)
{
    struct member_rows rows = {.members = queue_ids(pg, ctx, &MEMBERS, ids, n),
                               .past = queue_ids(pg, ctx, &PAST, ids, n),
                               .positions = queue_ids(pg, ctx, &POSITIONS, ids, n)};
    enum err err = pg_flush(pg);
    if (err)
        return err;
    ret_records->n = pg_rows(rows.members);
    ret_records->items = mem_array(ctx, struct store_record, ret_records->n);
    for (size_t i = 0; i < ret_records->n; i++)
        ret_records->items[i].packed = pack_member(ctx, &rows, i, &ret_records->items[i].id);
    return ERR_OK;
}

/* --- organisations --- */

static const struct pg_statement ORGANIZATIONS = {
    .name = "record_organizations",
    .sql = "SELECT id, version, code, name, level, parent_id, path, meeting_day, meeting_minute, meeting_place, "
           "contact_member_id "
           "FROM organization WHERE id = ANY($1::uuid[])"};

static void add_meeting(TALLOC_CTX *ctx, Pb__DirectoryOrganization *o, const struct pg_result *result, size_t row)
{
    o->has_meeting_day = !pg_is_null(result, row, 7);
    o->meeting_day = (int32_t)pg_get_int8(result, row, 7);
    o->has_meeting_minute = !pg_is_null(result, row, 8);
    o->meeting_minute = (int32_t)pg_get_int8(result, row, 8);
    o->meeting_place = pg_get_text(ctx, result, row, 9);
    o->has_contact_member_id = !pg_is_null(result, row, 10);
    if (o->has_contact_member_id)
        o->contact_member_id = get_id(ctx, result, row, 10);
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
        o.parent_id = get_id(work, result, row, 5);
    struct uuid *path = pg_get_uuids(work, result, row, 6, &o.n_path);
    o.path = mem_array(work, ProtobufCBinaryData, o.n_path);
    for (size_t i = 0; i < o.n_path; i++)
        o.path[i] = uuid_to_pb(work, &path[i]);
    add_meeting(work, &o, result, row);
    ProtobufCBinaryData packed = mem_pack(ctx, &o.base);
    mem_free(work);
    return packed;
}

enum err store_organization_records(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *ids, size_t n,
                                    struct store_records *ret_records)
{
    struct pg_result *result = queue_ids(pg, ctx, &ORGANIZATIONS, ids, n);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    ret_records->n = pg_rows(result);
    ret_records->items = mem_array(ctx, struct store_record, ret_records->n);
    for (size_t i = 0; i < ret_records->n; i++)
        ret_records->items[i].packed = pack_organization(ctx, result, i, &ret_records->items[i].id);
    return ERR_OK;
}

/* --- ids in order --- */

static const struct pg_statement MEMBER_IDS = {
    .name = "member_ids", .sql = "SELECT id FROM member WHERE id > $1::uuid ORDER BY id LIMIT $2::int4"};
static const struct pg_statement ORGANIZATION_IDS = {
    .name = "organization_ids", .sql = "SELECT id FROM organization WHERE id > $1::uuid ORDER BY id LIMIT $2::int4"};

enum err store_run_ids(struct pg *pg, TALLOC_CTX *ctx, struct pg_args *args, struct store_ids *ret_ids)
{
    struct pg_result *result;
    enum err err = pg_run(pg, args, &result);
    if (err)
        return err;
    ret_ids->n = pg_rows(result);
    ret_ids->items = mem_array(ctx, struct uuid, ret_ids->n);
    for (size_t i = 0; i < ret_ids->n; i++)
        ret_ids->items[i] = pg_get_uuid(result, i, 0);
    return ERR_OK;
}

static enum err ids_after(struct pg *pg, TALLOC_CTX *ctx, const struct pg_statement *statement,
                          const struct uuid *after, int limit, struct store_ids *ret_ids)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuid(args, after);
    pg_add_int4(args, limit);
    return store_run_ids(pg, ctx, args, ret_ids);
}

enum err store_member_ids(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *after, int limit,
                          struct store_ids *ret_ids)
{
    return ids_after(pg, ctx, &MEMBER_IDS, after, limit, ret_ids);
}

enum err store_organization_ids(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *after, int limit,
                                struct store_ids *ret_ids)
{
    return ids_after(pg, ctx, &ORGANIZATION_IDS, after, limit, ret_ids);
}

/* --- bootstrap --- */

static const struct pg_statement ROOT = {.name = "root_code",
                                         .sql = "SELECT code FROM organization WHERE parent_id IS NULL"};
static const struct pg_statement ADD_ROOT = {
    .name = "add_root",
    .sql = "INSERT INTO organization (id, version, code, name, level, path, changed_at_us) "
           "VALUES ($1::uuid, 1, $2::text, $3::text, 0, ARRAY[$1::uuid], $4::int8) ON CONFLICT DO NOTHING"};
static const struct pg_statement ADD_ADMIN = {.name = "add_admin",
                                              .sql = "INSERT INTO member (id, version, card_number, full_name, "
                                                     "search_name, branch_id, status, exempt, since_us, changed_at_us) "
                                                     "VALUES ($1::uuid, 1, $2::text, $3::text, fold($3::text), "
                                                     "$4::uuid, 0, false, $5::int8, $5::int8) ON CONFLICT DO NOTHING"};
static const struct pg_statement GRANT_ADMIN = {.name = "grant_admin",
                                                .sql = "INSERT INTO member_position (member_id, organization_id, role, "
                                                       "from_us) VALUES ($1::uuid, $2::uuid, 5, $3::int8) "
                                                       "ON CONFLICT DO NOTHING"};
static const struct pg_statement SET_PASSWORD = {
    .name = "set_password",
    .sql = "INSERT INTO account (member_id, password_hash, created_at_us) VALUES ($1::uuid, $2::text, $3::int8) "
           "ON CONFLICT (member_id) DO UPDATE SET password_hash = excluded.password_hash"};

enum err store_root_code(struct pg *pg, TALLOC_CTX *ctx, char **ret_code)
{
    struct pg_result *result;
    enum err err = pg_run(pg, pg_args(ctx, &ROOT), &result);
    if (err)
        return err;
    *ret_code = pg_rows(result) ? pg_get_text(ctx, result, 0, 0) : NULL;
    return ERR_OK;
}

void store_bootstrap_queue(struct pg *pg, TALLOC_CTX *ctx, const struct store_bootstrap *b)
{
    struct pg_args *root = pg_args(ctx, &ADD_ROOT);
    pg_add_uuid(root, &b->root);
    pg_add_text(root, b->code);
    pg_add_text(root, b->name);
    pg_add_int8(root, b->now_us);
    struct pg_args *admin = pg_args(ctx, &ADD_ADMIN);
    pg_add_uuid(admin, &b->admin);
    pg_add_text(admin, b->admin_card);
    pg_add_text(admin, b->admin_name);
    pg_add_uuid(admin, &b->root);
    pg_add_int8(admin, b->now_us);
    struct pg_args *grant = pg_args(ctx, &GRANT_ADMIN);
    pg_add_uuid(grant, &b->admin);
    pg_add_uuid(grant, &b->root);
    pg_add_int8(grant, b->now_us);
    pg_queue(pg, root);
    pg_queue(pg, admin);
    pg_queue(pg, grant);
}

void store_password_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, const char *hash, int64_t now_us)
{
    struct pg_args *args = pg_args(ctx, &SET_PASSWORD);
    pg_add_uuid(args, member);
    pg_add_text(args, hash);
    pg_add_int8(args, now_us);
    pg_queue(pg, args);
}

/* --- one teller at a time --- */

static const struct pg_statement TELLING_BEGIN = {.name = "telling_begin",
                                                  .sql = "SELECT pg_try_advisory_lock(7363827104)"};
static const struct pg_statement TELLING_END = {.name = "telling_end", .sql = "SELECT pg_advisory_unlock_all()"};

enum err store_telling_begin(struct pg *pg, TALLOC_CTX *ctx)
{
    struct pg_result *row = NULL;
    enum err err = pg_run(pg, pg_args(ctx, &TELLING_BEGIN), &row);
    return !err && !pg_get_bool(row, 0, 0) ? ERR_OWNER_LOST : err;
}

/* Where it fails the connection is gone, and the turn with it. */
void store_telling_end(struct pg *pg, TALLOC_CTX *ctx)
{
    struct pg_result *ignored = NULL;
    if (pg_run(pg, pg_args(ctx, &TELLING_END), &ignored) != ERR_OK)
        log_debug("telling_ended", "detail=\"%s\"", pg_message(pg));
}
