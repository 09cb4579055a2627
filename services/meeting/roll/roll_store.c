#include "services/meeting/roll/roll_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/directory/store.h"
#include <assert.h>
#include <string.h>

/* n is a meeting and the organisation that meets, d a member's row. Whoever belonged to the organisation at any time
 * may have done so at the meeting's hour, and what the meeting is may change within the batch: so everybody is loaded
 * who could be on its roll, and the rule says who is (roll_standing). */
#define SEATS SQL_ROLE_DEPUTY_SECRETARY ", " SQL_ROLE_SECRETARY ", " SQL_ROLE_COMMITTEE_MEMBER
/* A clause a line. */
/* clang-format off */
#define ROLL(OF_MEETINGS) \
    "SELECT d.id, d.full_name, d.record, n.id, a.standing, a.state, a.how, a.reason, a.at_us" \
    " FROM " OF_MEETINGS " CROSS JOIN LATERAL (" \
    "   SELECT x.member_id FROM meeting_attendance x WHERE x.meeting_id = n.id" \
    "   UNION SELECT b.id FROM directory_member b WHERE b.branch_id = n.organization_id" \
    "   UNION SELECT b.id FROM directory_member b WHERE b.earlier_branch_ids <> '{}'" \
    "     AND b.earlier_branch_ids @> ARRAY[n.organization_id]" \
    "   UNION SELECT p.member_id FROM directory_position p WHERE p.organization_id = n.organization_id" \
    "     AND p.role IN (" SEATS ")" \
    "   UNION SELECT q.member_id FROM meeting_participant q WHERE q.meeting_id = n.id" \
    " ) c JOIN directory_member d ON d.id = c.member_id" \
    " LEFT JOIN meeting_attendance a ON a.meeting_id = n.id AND a.member_id = d.id"
/* clang-format on */

struct pg_args *roll_store_wanted(TALLOC_CTX *ctx)
{
    static const struct pg_statement SELECT_ROLLS = {
        .name = "select_rolls",
        .each = true,
        .sql = ROLL("(SELECT w.id, coalesce(m.organization_id, w.organization_id)"
                    " FROM unnest($1::uuid[], $2::uuid[]) w(id, organization_id)"
                    " LEFT JOIN meeting m ON m.id = w.id) n(id, organization_id)") " ORDER BY n.id, d.id"};
    return pg_args(ctx, &SELECT_ROLLS);
}

void roll_store_want(struct pg_args *args, const struct uuid *meeting, const struct uuid *new_of)
{
    pg_add_uuid(args, meeting);
    pg_add_uuid(args, new_of);
}

struct pg_result *roll_store_queue_seen(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                        const struct uuid *meeting)
{
    static const struct pg_statement SELECT_ROLL_SEEN = {
        .name = "select_roll_seen",
        .sql = ROLL("meeting n") " WHERE n.id = $1::uuid AND n.organization_id = ANY($2::uuid[])"
                                 " ORDER BY d.id"};
    struct pg_args *args = pg_args(ctx, &SELECT_ROLL_SEEN);
    pg_add_uuid(args, meeting);
    pg_add_uuids(args, scope->heads, scope->n_heads);
    return pg_queue(pg, args);
}

/* state, how, reason, at_us */
static void read_mark(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column, struct roll_mark *ret_mark)
{
    *ret_mark = (struct roll_mark){
        .has_state = !pg_is_null(rows, row, column),
        .state = (Pb__AttendanceState)pg_get_int8(rows, row, column),
        .how = (enum roll_how)pg_get_int8(rows, row, column + 1),
        .reason = pg_get_text(ctx, rows, row, column + 2),
        .at_us = pg_get_int8(rows, row, column + 3),
    };
}

static void read_person(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct roll_person *ret_person)
{
    bool is_frozen = !pg_is_null(rows, row, 4);
    *ret_person = (struct roll_person){
        .id = pg_get_uuid(rows, row, 0),
        .full_name = pg_get_text(ctx, rows, row, 1),
        .record = (const Pb__DirectoryMember *)directory_store_read_record(ctx, rows, row),
        .is_frozen = is_frozen,
        .frozen = (enum roll_standing)pg_get_int8(rows, row, 4),
    };
    read_mark(ctx, rows, row, 5, &ret_person->mark);
}

struct roll roll_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct uuid *ret_meeting)
{
    *ret_meeting = pg_get_uuid(rows, row, 3);
    size_t n = 1;
    for (; row + n < pg_rows(rows); n++) {
        struct uuid meeting = pg_get_uuid(rows, row + n, 3);
        if (!uuid_equal(&meeting, ret_meeting))
            break;
    }
    struct roll_person *people = mem_array(ctx, struct roll_person, n);
    for (size_t i = 0; i < n; i++)
        read_person(ctx, rows, row + i, &people[i]);
    return (struct roll){people, n};
}

struct pg_result *roll_store_own_queue(TALLOC_CTX *ctx, struct pg *pg, const struct roll_own_filter *filter)
{
    static const struct pg_statement SELECT_OWN = {
        .name = "select_own_attendance",
        .sql = "SELECT a.meeting_id, a.state, a.how, a.reason, a.at_us, d.full_name, m.starts_at_us"
               " FROM meeting_attendance a JOIN meeting m ON m.id = a.meeting_id"
               " LEFT JOIN directory_member d ON d.id = a.member_id"
               " WHERE a.member_id = $1::uuid AND a.state IS NOT NULL"
               " AND ($2::uuid IS NULL OR a.meeting_id = $2::uuid)"
               " AND ($3::int8 IS NULL OR m.starts_at_us >= $3::int8)"
               " AND ($4::int8 IS NULL OR (m.starts_at_us, m.id) > ($4::int8, $5::uuid))"
               " ORDER BY m.starts_at_us, m.id LIMIT $6::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_OWN);
    pg_add_uuid(args, filter->member);
    pg_add_uuid(args, filter->meeting);
    pg_add_int8_or_null(args, filter->has_from, filter->from_us);
    pg_add_int8_or_null(args, filter->has_after, filter->after.at_us);
    pg_add_uuid(args, filter->has_after ? &filter->after.id : NULL);
    pg_add_int8_or_null(args, filter->limit > 0, filter->limit);
    return pg_queue(pg, args);
}

struct roll_own roll_store_own_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    struct roll_own own = {.meeting = pg_get_uuid(rows, row, 0),
                           .starts_at_us = pg_get_int8(rows, row, 6),
                           .full_name = pg_get_text(ctx, rows, row, 5)};
    read_mark(ctx, rows, row, 1, &own.mark);
    return own;
}

struct pg_args *roll_store_rows(TALLOC_CTX *ctx)
{
    static const struct pg_statement UPSERT_ATTENDANCE = {
        .name = "upsert_attendance",
        .each = true,
        .sql = "INSERT INTO meeting_attendance(meeting_id, member_id, standing, state, how, reason, at_us)"
               " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int4[], $4::int4[], $5::int4[], $6::text[],"
               "  $7::int8[])"
               " ON CONFLICT (meeting_id, member_id) DO UPDATE SET standing = excluded.standing,"
               "  state = excluded.state, how = excluded.how, reason = excluded.reason, at_us = excluded.at_us"};
    return pg_args(ctx, &UPSERT_ATTENDANCE);
}

void roll_store_add(struct pg_args *args, const struct uuid *meeting, const struct roll_person *person)
{
    pg_add_uuid(args, meeting);
    pg_add_uuid(args, &person->id);
    pg_add_int4_or_null(args, person->is_frozen, (int32_t)person->frozen);
    pg_add_int4_or_null(args, person->mark.has_state, (int32_t)person->mark.state);
    pg_add_int4(args, (int32_t)person->mark.how);
    pg_add_text(args, person->mark.reason);
    pg_add_time_or_null(args, person->mark.at_us);
}

struct pg_result *roll_store_queue_key(TALLOC_CTX *ctx, struct pg *pg)
{
    static const struct pg_statement SELECT_KEY = {.name = "select_check_in_key",
                                                   .sql = "SELECT first_half, second_half FROM check_in_key"};
    return pg_queue(pg, pg_args(ctx, &SELECT_KEY));
}

void roll_store_read_key(const struct pg_result *rows, struct check_in_key *ret_key)
{
    const struct uuid halves[] = {pg_get_uuid(rows, 0, 0), pg_get_uuid(rows, 0, 1)};
    static_assert(sizeof halves == sizeof ret_key->bytes, "two ids are the key");
    memcpy(ret_key->bytes, halves, sizeof halves);
}
