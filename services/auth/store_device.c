/* Sessions and devices as the commands loop and the lists of one's own need them. */
#include "services/auth/store.h"

#include "common/base/mem.h"
#include <sodium.h>
#include <string.h>

/* --- loading for a batch --- */

static const struct pg_statement LOAD_SESSIONS = {
    .name = "load_sessions",
    .sql =
        "SELECT id, member_id, ended_at_us IS NOT NULL FROM session WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"};
static const struct pg_statement LOAD_DEVICES = {
    .name = "load_devices",
    .sql = "SELECT member_id, device_id, provider, token, token_hash, app_version, created_at_us, registered_at_us, "
           "coalesce(last_used_at_us, 0) "
           "FROM device WHERE member_id = ANY($1::uuid[]) OR token_hash = ANY(SELECT decode(h, 'hex') FROM "
           "unnest($2::text[]) h) "
           "ORDER BY member_id, device_id FOR UPDATE"};

struct pg_result *store_load_sessions_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *ids, size_t n)
{
    struct pg_args *args = pg_args(ctx, &LOAD_SESSIONS);
    pg_add_uuids(args, ids, n);
    return pg_queue(pg, args);
}

struct pg_result *store_load_devices_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *members, size_t n_members,
                                           const char *const token_hashes_hex[], size_t n_hashes)
{
    struct pg_args *args = pg_args(ctx, &LOAD_DEVICES);
    pg_add_uuids(args, members, n_members);
    pg_add_texts(args, token_hashes_hex, n_hashes);
    return pg_queue(pg, args);
}

struct store_loaded_session store_loaded_session(const struct pg_result *result, size_t row)
{
    return (struct store_loaded_session){
        .id = pg_get_uuid(result, row, 0), .member = pg_get_uuid(result, row, 1), .ended = pg_get_bool(result, row, 2)};
}

struct store_device store_loaded_device(TALLOC_CTX *ctx, const struct pg_result *result, size_t row)
{
    struct store_device device = {.member = pg_get_uuid(result, row, 0),
                                  .device_id = pg_get_text(ctx, result, row, 1),
                                  .provider = (int)pg_get_int8(result, row, 2),
                                  .token = pg_get_text(ctx, result, row, 3),
                                  .app_version = pg_get_text(ctx, result, row, 5),
                                  .created_at_us = pg_get_int8(result, row, 6),
                                  .registered_at_us = pg_get_int8(result, row, 7),
                                  .last_used_at_us = pg_get_int8(result, row, 8)};
    crypto_hash_sha256(device.token_hash, (const uint8_t *)device.token, strlen(device.token));
    return device;
}

/* --- writing --- */

static const struct pg_statement END_SESSIONS = {
    .name = "end_sessions",
    .each = true,
    .sql = "UPDATE session s SET ended_at_us = u.at_us FROM unnest($1::uuid[], $2::int8[]) "
           "u(id, at_us) WHERE s.id = u.id AND s.ended_at_us IS NULL"};
static const struct pg_statement REMOVE_DEVICES = {
    .name = "remove_devices",
    .each = true,
    .sql = "DELETE FROM device d USING unnest($1::uuid[], $2::text[]) u(member_id, device_id) "
           "WHERE d.member_id = u.member_id AND d.device_id = u.device_id"};
static const struct pg_statement PUT_DEVICES = {
    .name = "put_devices",
    .each = true,
    .sql = "INSERT INTO device (member_id, device_id, provider, token, token_hash, app_version, created_at_us, "
           "registered_at_us, "
           "last_used_at_us) "
           "SELECT * FROM unnest($1::uuid[], $2::text[], $3::int4[], $4::text[], $5::bytea[], $6::text[], $7::int8[], "
           "$8::int8[], $9::int8[]) "
           "ON CONFLICT (member_id, device_id) DO UPDATE SET provider = excluded.provider, token = excluded.token, "
           "token_hash = "
           "excluded.token_hash, "
           "    app_version = excluded.app_version, registered_at_us = excluded.registered_at_us, last_used_at_us = "
           "excluded.last_used_at_us"};

struct pg_args *store_end_sessions(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &END_SESSIONS);
}

void store_end_sessions_add(struct pg_args *args, const struct uuid *id, int64_t now_us)
{
    pg_add_uuid(args, id);
    pg_add_int8(args, now_us);
}

struct pg_args *store_remove_devices(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &REMOVE_DEVICES);
}

void store_remove_devices_add(struct pg_args *args, const struct store_device *device)
{
    pg_add_uuid(args, &device->member);
    pg_add_text(args, device->device_id);
}

struct pg_args *store_put_devices(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &PUT_DEVICES);
}

void store_put_devices_add(struct pg_args *args, const struct store_device *device)
{
    pg_add_uuid(args, &device->member);
    pg_add_text(args, device->device_id);
    pg_add_int4(args, device->provider);
    pg_add_text(args, device->token);
    pg_add_bytes(args, device->token_hash, sizeof device->token_hash);
    pg_add_text(args, device->app_version);
    pg_add_int8(args, device->created_at_us);
    pg_add_int8(args, device->registered_at_us);
    pg_add_int8_or_null(args, device->last_used_at_us != 0, device->last_used_at_us);
}

/* --- republishing --- */

static const struct pg_statement DEVICES_AFTER = {
    .name = "devices_after",
    .sql =
        "SELECT member_id, device_id, provider, token, token_hash, app_version, created_at_us, registered_at_us, "
        "coalesce(last_used_at_us, 0) "
        "FROM device WHERE (member_id, device_id) > ($1::uuid, $2::text) ORDER BY member_id, device_id LIMIT $3::int4"};

enum err store_devices_after(struct pg *pg, TALLOC_CTX *ctx, const struct store_device *after, int limit,
                             struct store_device **ret_devices, size_t *ret_n)
{
    struct pg_args *args = pg_args(ctx, &DEVICES_AFTER);
    struct pg_result *r;
    pg_add_uuid(args, &after->member);
    pg_add_text(args, after->device_id ? after->device_id : "");
    pg_add_int4(args, limit);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    *ret_n = pg_rows(r);
    *ret_devices = mem_array(ctx, struct store_device, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret_devices)[i] = store_loaded_device(ctx, r, i);
    return ERR_OK;
}

/* --- one's own lists --- */

static const struct pg_statement MY_DEVICES = {
    .name = "my_devices",
    .sql = "SELECT device_id, provider, app_version, created_at_us, last_used_at_us FROM device "
           "WHERE member_id = $1::uuid ORDER BY created_at_us, device_id"};
static const struct pg_statement MY_SESSIONS = {
    .name = "my_sessions",
    .sql = "SELECT d.device_id, d.provider, d.app_version, d.created_at_us, d.last_used_at_us, s.id, s.created_at_us, "
           "s.last_used_at_us "
           "FROM session s LEFT JOIN device d ON d.member_id = s.member_id AND d.device_id = s.device_id "
           "WHERE s.member_id = $1::uuid AND s.ended_at_us IS NULL AND s.last_used_at_us > $2::int8 ORDER BY "
           "s.last_used_at_us DESC, s.id "
           "LIMIT 100"};

static Pb__Device *read_device(TALLOC_CTX *ctx, const struct pg_result *r, size_t row)
{
    Pb__Device *device = mem_new(ctx, Pb__Device);
    pb__device__init(device);
    device->id = pg_get_text(ctx, r, row, 0);
    device->provider = (Pb__Provider)pg_get_int8(r, row, 1);
    device->app_version = pg_get_text(ctx, r, row, 2);
    device->created_at_us = pg_get_int8(r, row, 3);
    device->has_last_used_at_us = !pg_is_null(r, row, 4);
    device->last_used_at_us = pg_get_int8(r, row, 4);
    return device;
}

enum err store_read_devices(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, Pb__DeviceList *ret_list)
{
    struct pg_args *args = pg_args(ctx, &MY_DEVICES);
    struct pg_result *r;
    pg_add_uuid(args, member);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    ret_list->items = mem_array(ctx, Pb__Device *, pg_rows(r) + 1);
    for (; ret_list->n_items < pg_rows(r); ret_list->n_items++)
        ret_list->items[ret_list->n_items] = read_device(ctx, r, ret_list->n_items);
    return ERR_OK;
}

static Pb__LoginSession *read_session(TALLOC_CTX *ctx, const struct pg_result *r, size_t row)
{
    Pb__LoginSession *session = mem_new(ctx, Pb__LoginSession);
    struct uuid id = pg_get_uuid(r, row, 5);
    pb__login_session__init(session);
    session->id = uuid_to_pb(ctx, &id);
    if (!pg_is_null(r, row, 0))
        session->device = read_device(ctx, r, row);
    session->created_at_us = pg_get_int8(r, row, 6);
    session->has_last_used_at_us = true;
    session->last_used_at_us = pg_get_int8(r, row, 7);
    return session;
}

enum err store_read_sessions(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, int64_t idle_before_us,
                             Pb__LoginSessionList *ret_list)
{
    struct pg_args *args = pg_args(ctx, &MY_SESSIONS);
    struct pg_result *r;
    pg_add_uuid(args, member);
    pg_add_int8(args, idle_before_us);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    ret_list->items = mem_array(ctx, Pb__LoginSession *, pg_rows(r) + 1);
    for (; ret_list->n_items < pg_rows(r); ret_list->n_items++)
        ret_list->items[ret_list->n_items] = read_session(ctx, r, ret_list->n_items);
    return ERR_OK;
}
