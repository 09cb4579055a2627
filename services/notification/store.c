/* What the projections loop writes of places and devices. */
#include "services/notification/store.h"

#include "common/base/mem.h"

static const int64_t STILL_SO = INT64_MAX;

/* --- membership --------------------------------------------------------------------------------------------------- */

struct store_memberships {
    struct pg_args *dropped, *rows;
};

struct store_memberships *store_memberships(TALLOC_CTX *ctx)
{
    static const struct pg_statement DROP = {
        .name = "drop_memberships",
        .each = true,
        .sql = "DELETE FROM membership m USING unnest($1::uuid[], $2::int8[]) AS u(id, version), directory_member d"
               " WHERE m.member_id = u.id AND d.id = u.id AND d.version = u.version"};
    static const struct pg_statement INSERT = {
        .name = "insert_memberships",
        .each = true,
        .sql =
            "INSERT INTO membership(member_id, branch_id, from_us, to_us) SELECT u.member_id, u.branch_id, u.from_us, "
            "u.to_us"
            " FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::int8[], $5::int8[]) AS u(member_id, version, "
            "branch_id, from_us, to_us)"
            " JOIN directory_member d ON d.id = u.member_id AND d.version = u.version"
            " ON CONFLICT (member_id, from_us) DO UPDATE SET branch_id = excluded.branch_id, to_us = excluded.to_us"};
    struct store_memberships *rows = mem_new(ctx, struct store_memberships);
    rows->dropped = pg_args(ctx, &DROP);
    rows->rows = pg_args(ctx, &INSERT);
    return rows;
}

void store_add_memberships(struct store_memberships *rows, const Pb__DirectoryMember *member)
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

void store_queue_memberships(struct store_memberships *rows, struct pg *pg)
{
    pg_queue(pg, rows->dropped);
    pg_queue(pg, rows->rows);
}

/* --- devices ------------------------------------------------------------------------------------------------------ */

void store_queue_devices(TALLOC_CTX *ctx, struct pg *pg, const struct store_device *const devices[], size_t n)
{
    static const struct pg_statement UPSERT_DEVICES = {
        .name = "upsert_devices",
        .each = true,
        .sql = "INSERT INTO device(member_id, device_id, provider, token, at_us, removed, dead)"
               " SELECT member_id, device_id, provider, token, at_us, removed, false"
               " FROM unnest($1::uuid[], $2::text[], $3::int4[], $4::text[], $5::int8[], $6::bool[])"
               "  AS u(member_id, device_id, provider, token, at_us, removed)"
               " ON CONFLICT (member_id, device_id) DO UPDATE SET provider = excluded.provider, token = "
               "excluded.token, at_us = "
               "excluded.at_us,"
               "  removed = excluded.removed, dead = false WHERE device.at_us <= excluded.at_us"};
    /* A phone that changed hands: its token is the last one's who registered it. */
    static const struct pg_statement TAKE_TOKENS = {
        .name = "take_tokens",
        .each = true,
        .sql = "UPDATE device d SET removed = true FROM unnest($1::uuid[], $2::text[], "
               "$3::text[], $4::int8[]) AS u(member_id, device_id, token, at_us)"
               " WHERE d.token = u.token AND NOT d.removed AND d.at_us < u.at_us AND "
               "(d.member_id, d.device_id) <> (u.member_id, u.device_id)"};
    struct pg_args *rows = pg_args(ctx, &UPSERT_DEVICES), *taken = pg_args(ctx, &TAKE_TOKENS);
    for (size_t i = 0; i < n; i++) {
        const struct store_device *device = devices[i];
        pg_add_uuid(rows, &device->member);
        pg_add_text(rows, device->device_id);
        pg_add_int4(rows, device->provider);
        pg_add_text(rows, device->token ? device->token : "");
        pg_add_int8(rows, device->at_us);
        pg_add_bool(rows, !device->token);
        if (!device->token)
            continue;
        pg_add_uuid(taken, &device->member);
        pg_add_text(taken, device->device_id);
        pg_add_text(taken, device->token);
        pg_add_int8(taken, device->at_us);
    }
    pg_queue(pg, rows);
    pg_queue(pg, taken);
}
