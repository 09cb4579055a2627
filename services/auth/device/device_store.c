#include "services/auth/device/device_store.h"

#include "common/base/mem.h"

/* --- reading --- */

#define COLUMNS                                                                                         \
    "member_id, device_id, provider, token, token_hash, app_version, created_at_us, registered_at_us, " \
    "    coalesce(last_used_at_us, 0), session_id "

static const struct pg_statement LOAD = {
    .name = "device_load",
    .sql = "SELECT " COLUMNS "FROM device WHERE member_id = ANY($1::uuid[]) OR token_hash = ANY("
           "SELECT decode(h, 'hex') FROM unnest($2::text[]) h) ORDER BY member_id, device_id FOR UPDATE"};
static const struct pg_statement AFTER = {
    .name = "device_after",
    .sql = "SELECT " COLUMNS
           "FROM device WHERE (member_id, device_id) > ($1::uuid, $2::text) ORDER BY member_id, device_id"
           " LIMIT $3::int4"};
static const struct pg_statement OF_MEMBER = {
    .name = "device_of_member",
    .sql = "SELECT " COLUMNS "FROM device WHERE member_id = $1::uuid ORDER BY created_at_us, device_id"};

struct pg_result *device_store_load_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *members, size_t n_members,
                                          const char *const token_hashes_hex[], size_t n_hashes)
{
    struct pg_args *args = pg_args(ctx, &LOAD);
    pg_add_uuids(args, members, n_members);
    pg_add_texts(args, token_hashes_hex, n_hashes);
    return pg_queue(pg, args);
}

static struct device read_device(TALLOC_CTX *ctx, const struct pg_result *result, size_t row)
{
    struct device device = {.member = pg_get_uuid(result, row, 0),
                            .device_id = pg_get_text(ctx, result, row, 1),
                            .provider = (Pb__Provider)pg_get_int8(result, row, 2),
                            .token = pg_get_text(ctx, result, row, 3),
                            .app_version = pg_get_text(ctx, result, row, 5),
                            .created_at_us = pg_get_int8(result, row, 6),
                            .registered_at_us = pg_get_int8(result, row, 7),
                            .last_used_at_us = pg_get_int8(result, row, 8),
                            .session = pg_get_uuid(result, row, 9)};
    device_hash_token(device.token, device.token_hash);
    return device;
}

struct devices device_store_loaded(TALLOC_CTX *ctx, const struct pg_result *result)
{
    struct devices devices = {.items = mem_array(ctx, struct device, pg_rows(result) + 1), .n = pg_rows(result)};
    for (size_t i = 0; i < devices.n; i++)
        devices.items[i] = read_device(ctx, result, i);
    return devices;
}

static enum err run(struct pg *pg, TALLOC_CTX *ctx, struct pg_args *args, struct devices *ret_devices)
{
    struct pg_result *result;
    enum err err = pg_run(pg, args, &result);
    if (!err)
        *ret_devices = device_store_loaded(ctx, result);
    return err;
}

enum err device_store_after(struct pg *pg, TALLOC_CTX *ctx, const struct device *after, int limit,
                            struct devices *ret_devices)
{
    struct pg_args *args = pg_args(ctx, &AFTER);
    pg_add_uuid(args, &after->member);
    pg_add_text(args, after->device_id ? after->device_id : "");
    pg_add_int4(args, limit);
    return run(pg, ctx, args, ret_devices);
}

enum err device_store_of_member(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, struct devices *ret_devices)
{
    struct pg_args *args = pg_args(ctx, &OF_MEMBER);
    pg_add_uuid(args, member);
    return run(pg, ctx, args, ret_devices);
}

/* --- writing --- */

static const struct pg_statement REMOVE = {
    .name = "device_remove",
    .each = true,
    .sql = "DELETE FROM device d USING unnest($1::uuid[], $2::text[]) u(member_id, device_id)"
           " WHERE d.member_id = u.member_id AND d.device_id = u.device_id"};
static const struct pg_statement REMOVE_OF = {
    .name = "device_remove_of",
    .sql = "DELETE FROM device WHERE (session_id = ANY($1::uuid[]) OR member_id = ANY($2::uuid[]))"
           " AND ($3::uuid IS NULL OR session_id IS DISTINCT FROM $3::uuid) RETURNING " COLUMNS};
static const struct pg_statement PUT = {
    .name = "device_put",
    .each = true,
    .sql = "INSERT INTO device (member_id, device_id, provider, token, token_hash, app_version, created_at_us, "
           "    registered_at_us, last_used_at_us, session_id) SELECT *"
           " FROM unnest($1::uuid[], $2::text[], $3::int4[], $4::text[], $5::bytea[], $6::text[], "
           "    $7::int8[], "
           "    $8::int8[], $9::int8[], $10::uuid[]) ON CONFLICT (member_id, device_id) DO UPDATE"
           " SET provider = excluded.provider, token = excluded.token, "
           "    token_hash = excluded.token_hash, app_version = excluded.app_version, "
           "    registered_at_us = excluded.registered_at_us, last_used_at_us = excluded.last_used_at_us, "
           "    session_id = excluded.session_id"};

struct pg_args *device_store_remove(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &REMOVE);
}

void device_store_remove_add(struct pg_args *args, const struct device *device)
{
    pg_add_uuid(args, &device->member);
    pg_add_text(args, device->device_id);
}

struct pg_result *device_store_remove_of_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *sessions,
                                               size_t n_sessions, const struct uuid *members, size_t n_members,
                                               const struct uuid *kept)
{
    struct pg_args *args = pg_args(ctx, &REMOVE_OF);
    pg_add_uuids(args, sessions, n_sessions);
    pg_add_uuids(args, members, n_members);
    pg_add_uuid_or_null(args, kept ? kept : &(struct uuid){0});
    return pg_queue(pg, args);
}

struct pg_args *device_store_put(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &PUT);
}

void device_store_put_add(struct pg_args *args, const struct device *device)
{
    pg_add_uuid(args, &device->member);
    pg_add_text(args, device->device_id);
    pg_add_int4(args, (int32_t)device->provider);
    pg_add_text(args, device->token);
    pg_add_bytes(args, device->token_hash, sizeof device->token_hash);
    pg_add_text(args, device->app_version);
    pg_add_int8(args, device->created_at_us);
    pg_add_int8(args, device->registered_at_us);
    pg_add_int8_or_null(args, device->last_used_at_us != 0, device->last_used_at_us);
    pg_add_uuid_or_null(args, &device->session);
}
