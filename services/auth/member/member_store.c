#include "services/auth/member/member_store.h"

#include "common/base/mem.h"
#include "common/base/name_order.h"
#include "contract_numbers.h"
#include "sotay/v1/directory.pb-c.h"

/* --- records --- */

static const struct pg_statement MEMBERS = {
    .name = "member_records",
    .sql = "SELECT id, version, full_name, branch_id, status, exempt, since_us, token_generation, phone "
           "FROM member WHERE id = ANY($1::uuid[]) ORDER BY id"};
static const struct pg_statement PAST = {
    .name = "member_records_past",
    .sql = "SELECT member_id, branch_id, status, exempt, from_us, to_us "
           "FROM member_past WHERE member_id = ANY($1::uuid[]) ORDER BY member_id, from_us"};
static const struct pg_statement POSITIONS = {
    .name = "member_records_positions",
    .sql = "SELECT member_id, organization_id, role, from_us, to_us "
           "FROM member_position WHERE member_id = ANY($1::uuid[]) ORDER BY member_id, from_us"};

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

static Pb__DirectoryMember__Interval *interval(TALLOC_CTX *ctx, const struct pg_result *result, size_t row,
                                               int first_column)
{
    Pb__DirectoryMember__Interval *interval = mem_new(ctx, Pb__DirectoryMember__Interval);
    pb__directory_member__interval__init(interval);
    interval->branch_id = pg_get_bytes(ctx, result, row, first_column);
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
        position->organization_id = pg_get_bytes(ctx, positions, i, 1);
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

enum err member_store_records(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *ids, size_t n,
                              struct loop_record_list *ret_records)
{
    struct member_rows rows = {.members = ids_queue(pg, ctx, &MEMBERS, ids, n),
                               .past = ids_queue(pg, ctx, &PAST, ids, n),
                               .positions = ids_queue(pg, ctx, &POSITIONS, ids, n)};
    enum err err = pg_flush(pg);
    if (err)
        return err;
    ret_records->n = pg_rows(rows.members);
    ret_records->items = mem_array(ctx, struct loop_record, ret_records->n);
    for (size_t i = 0; i < ret_records->n; i++)
        ret_records->items[i].value = pack_member(ctx, &rows, i, &ret_records->items[i].key);
    return ERR_OK;
}

static const struct pg_statement IDS_AFTER = {
    .name = "member_ids_after", .sql = "SELECT id FROM member WHERE id > $1::uuid ORDER BY id LIMIT $2::int4"};

enum err member_store_ids_after(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *after, int limit,
                                struct ids *ret_ids)
{
    return ids_run_after(pg, ctx, &IDS_AFTER, after, limit, ret_ids);
}

/* --- adding --- */

static const struct pg_statement ADD = {
    .name = "member_add",
    .sql = "INSERT INTO member (id, version, card_number, full_name, search_name, name_key, branch_id, status, exempt, "
           "    since_us, changed_at_us) "
           "VALUES ($1::uuid, 1, $2::text, $3::text, $4::text, $5::text, $6::uuid, " SQL_MEMBER_STATUS_OFFICIAL
           ", false, $7::int8, $7::int8) ON CONFLICT DO NOTHING"};

void member_store_add_queue(struct pg *pg, TALLOC_CTX *ctx, const struct new_member *member)
{
    struct pg_args *args = pg_args(ctx, &ADD);
    pg_add_uuid(args, &member->id);
    pg_add_text(args, member->card_number);
    pg_add_text(args, member->full_name);
    pg_add_text(args, name_order_fold(ctx, member->full_name));
    pg_add_text(args, name_order_key(ctx, member->full_name));
    pg_add_uuid(args, &member->organization);
    pg_add_int8(args, member->now_us);
    pg_queue(pg, args);
}

/* --- after a restore --- */

static const struct pg_statement LIFT = {
    .name = "member_lift",
    .each = true,
    .sql = "UPDATE member m SET version = u.version + 1,"
           "    token_generation = greatest(m.token_generation, u.generation)"
           " FROM unnest($1::uuid[], $2::int8[], $3::int4[]) u(id, version, generation)"
           " WHERE m.id = u.id AND m.version < u.version"};

struct pg_args *member_store_lift(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &LIFT);
}

void member_store_lift_add(struct pg_args *args, const struct uuid *id, uint64_t version, uint32_t generation)
{
    pg_add_uuid(args, id);
    pg_add_int8(args, (int64_t)version);
    pg_add_int4(args, (int32_t)generation);
}
