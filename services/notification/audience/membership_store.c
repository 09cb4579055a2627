#include "services/notification/audience/membership_store.h"

#include "common/base/mem.h"

#include <stdint.h>

static const int64_t STILL_SO = INT64_MAX;

struct membership_rows {
    struct pg_args *dropped, *rows;
};

struct membership_rows *membership_store_rows(TALLOC_CTX *ctx)
{
    static const struct pg_statement DROP = {
        .name = "drop_memberships",
        .each = true,
        .sql = "DELETE FROM membership m USING unnest($1::uuid[], $2::int8[]) AS u(id, version), directory_member d"
               " WHERE m.member_id = u.id AND d.id = u.id AND d.version = u.version"};
    static const struct pg_statement INSERT = {
        .name = "insert_memberships",
        .each = true,
        .sql = "INSERT INTO membership(member_id, branch_id, from_us, to_us)"
               " SELECT u.member_id, u.branch_id, u.from_us, u.to_us"
               " FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::int8[], $5::int8[])"
               " AS u(member_id, version, branch_id, from_us, to_us)"
               " JOIN directory_member d ON d.id = u.member_id AND d.version = u.version"
               " ON CONFLICT (member_id, from_us) DO UPDATE SET branch_id = excluded.branch_id,"
               " to_us = excluded.to_us"};
    struct membership_rows *rows = mem_new(ctx, struct membership_rows);
    rows->dropped = pg_args(ctx, &DROP);
    rows->rows = pg_args(ctx, &INSERT);
    return rows;
}

void membership_store_add(struct membership_rows *rows, const Pb__DirectoryMember *member)
{
    struct uuid id, branch;
    if (uuid_from_pb(member->id, &id))
        return; /* the directory's own handler refuses it */
    pg_add_uuid(rows->dropped, &id);
    pg_add_int8(rows->dropped, (int64_t)member->version);
    for (size_t i = 0; i < member->n_intervals; i++) {
        const Pb__DirectoryMember__Interval *interval = member->intervals[i];
        if (interval->status == PB__MEMBER_STATUS__MEMBER_STATUS_LEFT || uuid_from_pb(interval->branch_id, &branch))
            continue;
        pg_add_uuid(rows->rows, &id);
        pg_add_int8(rows->rows, (int64_t)member->version);
        pg_add_uuid(rows->rows, &branch);
        pg_add_int8(rows->rows, interval->from_us);
        pg_add_int8(rows->rows, interval->has_to_us ? interval->to_us : STILL_SO);
    }
}

void membership_store_queue(struct membership_rows *rows, struct pg *pg)
{
    pg_queue(pg, rows->dropped);
    pg_queue(pg, rows->rows);
}
