#include "services/notification/push/device_store.h"

void device_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct device *const devices[], size_t n)
{
    static const struct pg_statement UPSERT_DEVICES = {
        .name = "upsert_devices",
        .each = true,
        .sql = "INSERT INTO device(member_id, device_id, provider, token, at_us, removed, dead)"
               " SELECT member_id, device_id, provider, token, at_us, removed, false"
               " FROM unnest($1::uuid[], $2::text[], $3::int4[], $4::text[], $5::int8[], $6::bool[])"
               "  AS u(member_id, device_id, provider, token, at_us, removed)"
               " ON CONFLICT (member_id, device_id) DO UPDATE"
               " SET provider = excluded.provider, token = excluded.token, at_us = excluded.at_us,"
               "  removed = excluded.removed, dead = false WHERE device.at_us <= excluded.at_us"};
    /* A phone that changed hands: its token is the last one's who registered it. */
    static const struct pg_statement TAKE_TOKENS = {
        .name = "take_tokens",
        .each = true,
        .sql = "UPDATE device d SET removed = true FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int8[])"
               " AS u(member_id, device_id, token, at_us)"
               " WHERE d.token = u.token AND NOT d.removed AND d.at_us < u.at_us"
               " AND (d.member_id, d.device_id) <> (u.member_id, u.device_id)"};
    struct pg_args *rows = pg_args(ctx, &UPSERT_DEVICES), *taken = pg_args(ctx, &TAKE_TOKENS);
    for (size_t i = 0; i < n; i++) {
        const struct device *device = devices[i];
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
