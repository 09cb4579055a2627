#include "services/auth/calendar/calendar_store.h"

#include "contract_numbers.h"

static const struct pg_statement PUT = {
    .name = "calendar_put",
    .sql = "INSERT INTO calendar_feed (member_id, token_hash, created_at_us) VALUES ($1::uuid, $2::bytea, $3::int8)"
           " ON CONFLICT (member_id) DO UPDATE SET token_hash = excluded.token_hash,"
           "    created_at_us = excluded.created_at_us"};
static const struct pg_statement DELETE = {.name = "calendar_delete",
                                           .sql = "DELETE FROM calendar_feed WHERE member_id = $1::uuid"};
static const struct pg_statement FIND = {
    .name = "calendar_find",
    .sql = "SELECT m.id, m.branch_id, m.status = " SQL_MEMBER_STATUS_SUSPENDED
           " FROM calendar_feed f JOIN member m ON m.id = f.member_id"
           " WHERE f.token_hash = $1::bytea AND m.status <> " SQL_MEMBER_STATUS_LEFT};

enum err calendar_store_put(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                            const uint8_t hash[TOKEN_HASH_BYTES], int64_t now_us)
{
    struct pg_args *args = pg_args(ctx, &PUT);
    struct pg_result *r;
    pg_add_uuid(args, member);
    pg_add_bytes(args, hash, TOKEN_HASH_BYTES);
    pg_add_int8(args, now_us);
    return pg_run(pg, args, &r);
}

enum err calendar_store_delete(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member)
{
    struct pg_args *args = pg_args(ctx, &DELETE);
    struct pg_result *r;
    pg_add_uuid(args, member);
    return pg_run(pg, args, &r);
}

enum err calendar_store_find(struct pg *pg, TALLOC_CTX *ctx, const uint8_t hash[TOKEN_HASH_BYTES], bool *ret_found,
                             struct own_account *ret_own)
{
    struct pg_args *args = pg_args(ctx, &FIND);
    struct pg_result *r;
    pg_add_bytes(args, hash, TOKEN_HASH_BYTES);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    *ret_found = pg_rows(r) > 0;
    if (*ret_found)
        *ret_own = (struct own_account){
            .member = pg_get_uuid(r, 0, 0), .branch = pg_get_uuid(r, 0, 1), .suspended = pg_get_bool(r, 0, 2)};
    return ERR_OK;
}
