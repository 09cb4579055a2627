#include "services/auth/account/link_store.h"

#include "contract_numbers.h"

static const struct pg_statement PUT = {
    .name = "link_put",
    .sql = "INSERT INTO link_code (member_id, session_id, code_hash, expires_at_us)"
           " VALUES ($1::uuid, $2::uuid, $3::bytea, $4::int8) ON CONFLICT (member_id) DO UPDATE"
           " SET session_id = excluded.session_id, code_hash = excluded.code_hash, "
           "    expires_at_us = excluded.expires_at_us"};
static const struct pg_statement USE = {
    .name = "link_use",
    .sql = "DELETE FROM link_code c USING session s, member m WHERE c.code_hash = $1::bytea"
           " AND c.expires_at_us > $2::int8 AND s.id = c.session_id AND s.ended_at_us IS NULL AND m.id = c.member_id"
           " AND m.status <> " SQL_MEMBER_STATUS_LEFT " RETURNING c.member_id, m.token_generation"};
static const struct pg_statement FORGET = {.name = "link_forget",
                                           .sql = "DELETE FROM link_code WHERE member_id = $1::uuid"};

enum err link_store_put(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, const struct uuid *session,
                        const uint8_t hash[TOKEN_HASH_BYTES], int64_t expires_at_us)
{
    struct pg_args *args = pg_args(ctx, &PUT);
    struct pg_result *r;
    pg_add_uuid(args, member);
    pg_add_uuid(args, session);
    pg_add_bytes(args, hash, TOKEN_HASH_BYTES);
    pg_add_int8(args, expires_at_us);
    return pg_run(pg, args, &r);
}

enum err link_store_use(struct pg *pg, TALLOC_CTX *ctx, const uint8_t hash[TOKEN_HASH_BYTES], int64_t now_us,
                        struct linked *ret_linked)
{
    struct pg_args *args = pg_args(ctx, &USE);
    struct pg_result *r;
    pg_add_bytes(args, hash, TOKEN_HASH_BYTES);
    pg_add_int8(args, now_us);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    *ret_linked = (struct linked){.found = pg_rows(r) > 0};
    if (!ret_linked->found)
        return ERR_OK;
    ret_linked->member = pg_get_uuid(r, 0, 0);
    ret_linked->generation = (uint32_t)pg_get_int8(r, 0, 1);
    return ERR_OK;
}

void link_store_forget_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member)
{
    struct pg_args *args = pg_args(ctx, &FORGET);
    pg_add_uuid(args, member);
    pg_queue(pg, args);
}
