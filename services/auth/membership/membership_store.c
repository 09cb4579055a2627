#include "services/auth/membership/membership_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"

/* $1 members, $2 transfers, $3 organisations whose secretaries are meant, $4 those of which everybody is. As one array,
 * so that each is looked up by its id. */
#define MEMBERS                                                                                        \
    "ANY($1::uuid[] || ARRAY(SELECT t.member_id FROM transfer t WHERE t.id = ANY($2::uuid[]))"         \
    "    || ARRAY(SELECT s.member_id FROM member_position s WHERE s.organization_id = ANY($3::uuid[])" \
    "        AND s.role = " SQL_ROLE_SECRETARY " AND s.to_us IS NULL)"                                 \
    "    || ARRAY(SELECT w.id FROM member w WHERE w.branch_id = ANY($4::uuid[])"                       \
    "        AND w.status <> " SQL_MEMBER_STATUS_LEFT ")"                                              \
    "    || ARRAY(SELECT h.member_id FROM member_position h WHERE h.organization_id = ANY($4::uuid[])" \
    "        AND h.to_us IS NULL))"

static const struct pg_statement LOCK = {
    .name = "membership_lock",
    .sql = "SELECT id, version, card_number, full_name, phone, born_on, gender, joined_on, occupation, left_reason,"
           "    merged_into, branch_id, status, exempt, since_us"
           " FROM member WHERE id = " MEMBERS " ORDER BY id FOR NO KEY UPDATE"};
static const struct pg_statement PAST = {
    .name = "membership_past",
    .sql = "SELECT member_id, branch_id, status, exempt, from_us, to_us FROM member_past"
           " WHERE member_id = " MEMBERS " ORDER BY member_id, from_us"};
static const struct pg_statement POSITIONS = {
    .name = "membership_positions",
    .sql = "SELECT member_id, organization_id, role, from_us, coalesce(to_us, 0) FROM member_position"
           " WHERE member_id = " MEMBERS " ORDER BY member_id, from_us, organization_id"};
static const struct pg_statement ORGANIZATIONS = {
    .name = "membership_organizations",
    .sql = "SELECT id, code, name, level, path, state FROM organization WHERE id = ANY($5::uuid[]"
           " || ARRAY(SELECT unnest(ARRAY[t.from_branch_id, t.to_branch_id]) FROM transfer t"
           "     WHERE t.id = ANY($2::uuid[]))"
           " || ARRAY(SELECT branch_id FROM member WHERE id = " MEMBERS ")"
           " || ARRAY(SELECT branch_id FROM member_past WHERE member_id = " MEMBERS ")"
           " || ARRAY(SELECT organization_id FROM member_position WHERE to_us IS NULL AND member_id = " MEMBERS "))"};

static struct pg_args *with_wanted(TALLOC_CTX *ctx, const struct pg_statement *statement,
                                   const struct membership_wanted *wanted)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuids(args, uuid_map_ids(wanted->members), uuid_map_size(wanted->members));
    pg_add_uuids(args, uuid_map_ids(wanted->transfers), uuid_map_size(wanted->transfers));
    pg_add_uuids(args, uuid_map_ids(wanted->led), uuid_map_size(wanted->led));
    pg_add_uuids(args, uuid_map_ids(wanted->whole), uuid_map_size(wanted->whole));
    return args;
}

void membership_store_load(struct pg *pg, TALLOC_CTX *ctx, const struct membership_wanted *wanted,
                           struct membership_rows *ret_rows)
{
    struct pg_args *organizations = with_wanted(ctx, &ORGANIZATIONS, wanted);
    pg_add_uuids(organizations, uuid_map_ids(wanted->organizations), uuid_map_size(wanted->organizations));
    ret_rows->members = pg_queue(pg, with_wanted(ctx, &LOCK, wanted));
    ret_rows->past = pg_queue(pg, with_wanted(ctx, &PAST, wanted));
    ret_rows->positions = pg_queue(pg, with_wanted(ctx, &POSITIONS, wanted));
    ret_rows->organizations = pg_queue(pg, organizations);
}

static struct membership_number read_number(const struct pg_result *rows, size_t row, int column)
{
    return (struct membership_number){!pg_is_null(rows, row, column), (int32_t)pg_get_int8(rows, row, column)};
}

static struct membership *read_member(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    struct membership *member = mem_new(ctx, struct membership);
    *member = (struct membership){
        .id = pg_get_uuid(rows, row, 0),
        .version = (uint64_t)pg_get_int8(rows, row, 1),
        .card_number = pg_get_text(ctx, rows, row, 2),
        .full_name = pg_get_text(ctx, rows, row, 3),
        .phone = pg_get_text(ctx, rows, row, 4),
        .born_on = read_number(rows, row, 5),
        .gender = read_number(rows, row, 6),
        .joined_on = read_number(rows, row, 7),
        .occupation = read_number(rows, row, 8),
        .left_reason = read_number(rows, row, 9),
        .merged_into = pg_get_uuid(rows, row, 10),
        .now = {.branch = pg_get_uuid(rows, row, 11),
                .status = (Pb__MemberStatus)pg_get_int8(rows, row, 12),
                .exempt = pg_get_bool(rows, row, 13),
                .from_us = pg_get_int8(rows, row, 14)},
    };
    return member;
}

/* The rows of `result` from *at on that are this member's; both are in the order of the members. Those of whoever came
 * in between the statements are passed over. */
static size_t rows_of(const struct pg_result *result, size_t *at, const struct uuid *member)
{
    size_t n = 0;
    for (; *at < pg_rows(result); (*at)++) {
        struct uuid id = pg_get_uuid(result, *at, 0);
        if (uuid_compare(&id, member) >= 0)
            break;
    }
    for (; *at + n < pg_rows(result); n++) {
        struct uuid id = pg_get_uuid(result, *at + n, 0);
        if (!uuid_equal(&id, member))
            break;
    }
    *at += n;
    return n;
}

static void read_past(TALLOC_CTX *ctx, const struct pg_result *rows, size_t *at, struct membership *member)
{
    size_t n = rows_of(rows, at, &member->id), first = *at - n;
    struct membership_interval *past = mem_array(ctx, struct membership_interval, n);
    for (size_t i = 0; i < n; i++)
        past[i] = (struct membership_interval){.branch = pg_get_uuid(rows, first + i, 1),
                                               .status = (Pb__MemberStatus)pg_get_int8(rows, first + i, 2),
                                               .exempt = pg_get_bool(rows, first + i, 3),
                                               .from_us = pg_get_int8(rows, first + i, 4),
                                               .to_us = pg_get_int8(rows, first + i, 5)};
    member->past = past;
    member->n_past = n;
}

static void read_positions(TALLOC_CTX *ctx, const struct pg_result *rows, size_t *at, struct membership *member)
{
    size_t n = rows_of(rows, at, &member->id), first = *at - n;
    struct membership_position *positions = mem_array(ctx, struct membership_position, n);
    for (size_t i = 0; i < n; i++)
        positions[i] = (struct membership_position){.organization = pg_get_uuid(rows, first + i, 1),
                                                    .role = (Pb__Role)pg_get_int8(rows, first + i, 2),
                                                    .from_us = pg_get_int8(rows, first + i, 3),
                                                    .to_us = pg_get_int8(rows, first + i, 4)};
    member->positions = positions;
    member->n_positions = n;
}

static void read_organization(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct uuid_map *map)
{
    struct directory_org *org = mem_new(ctx, struct directory_org);
    org->id = pg_get_uuid(rows, row, 0);
    org->code = pg_get_text(ctx, rows, row, 1);
    org->name = pg_get_text(ctx, rows, row, 2);
    org->level = (Pb__Level)pg_get_int8(rows, row, 3);
    org->path = pg_get_uuids(ctx, rows, row, 4, &org->n_path);
    org->state = (Pb__OrganizationState)pg_get_int8(rows, row, 5);
    uuid_map_put(map, &org->id, org);
}

void membership_store_loaded(TALLOC_CTX *ctx, const struct membership_rows *rows, struct uuid_map *members,
                             struct uuid_map *organizations)
{
    size_t at_past = 0, at_positions = 0;
    for (size_t row = 0; row < pg_rows(rows->members); row++) {
        struct membership *member = read_member(ctx, rows->members, row);
        read_past(ctx, rows->past, &at_past, member);
        read_positions(ctx, rows->positions, &at_positions, member);
        uuid_map_put(members, &member->id, member);
    }
    for (size_t row = 0; row < pg_rows(rows->organizations); row++)
        read_organization(ctx, rows->organizations, row, organizations);
}
