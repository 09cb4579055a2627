#include "services/auth/account/activation_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"

static const struct pg_statement FIND = {
    .name = "activation_find",
    .sql = "SELECT m.id, m.full_name, b.id, b.name, m.token_generation, a.activated_at_us IS NOT NULL, "
           "    c.code_hash, c.expires_at_us, c.used_at_us IS NOT NULL"
           " FROM member m JOIN organization b ON b.id = m.branch_id LEFT JOIN account a ON a.member_id = m.id"
           " LEFT JOIN activation_code c ON c.member_id = m.id"
           " WHERE m.card_number = $1::text AND m.status <> " SQL_MEMBER_STATUS_LEFT};
#define PUT_CODES                                                                                       \
    "INSERT INTO activation_code AS c (member_id, code_hash, created_at_us, expires_at_us)"             \
    " SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::int8[], $4::int8[]) u(member, hash, at, until)" \
    " ORDER BY member ON CONFLICT (member_id) DO UPDATE"                                                \
    " SET code_hash = excluded.code_hash, created_at_us = excluded.created_at_us,"                      \
    "     expires_at_us = excluded.expires_at_us, used_at_us = NULL"
static const struct pg_statement PUT = {
    .name = "activation_put", .each = true, .sql = PUT_CODES " RETURNING c.member_id"};
static const struct pg_statement PUT_WHERE_NONE_LIVES = {
    .name = "activation_put_where_none_lives",
    .each = true,
    .sql = PUT_CODES " WHERE c.expires_at_us <= excluded.created_at_us RETURNING c.member_id"};
static const struct pg_statement USE = {
    .name = "activation_use",
    .sql = "UPDATE activation_code SET used_at_us = $3::int8 WHERE member_id = $1::uuid AND code_hash = $2::bytea"
           " AND used_at_us IS NULL AND expires_at_us > $3::int8 AND NOT EXISTS (SELECT FROM account a"
           " WHERE a.member_id = $1::uuid AND a.activated_at_us IS NOT NULL) RETURNING true"};

static Pb__BranchRef *read_branch(TALLOC_CTX *ctx, const struct pg_result *r)
{
    Pb__BranchRef *branch = mem_new(ctx, Pb__BranchRef);
    pb__branch_ref__init(branch);
    branch->id = pg_get_bytes(ctx, r, 0, 2);
    branch->name = pg_get_text(ctx, r, 0, 3);
    return branch;
}

enum err activation_store_find(struct pg *pg, TALLOC_CTX *ctx, const char *card_number,
                               struct activation *ret_activation)
{
    struct pg_args *args = pg_args(ctx, &FIND);
    struct pg_result *r;
    pg_add_text(args, card_number);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    *ret_activation = (struct activation){.found = pg_rows(r) > 0};
    if (!ret_activation->found)
        return ERR_OK;
    ret_activation->member = pg_get_uuid(r, 0, 0);
    ret_activation->full_name = pg_get_text(ctx, r, 0, 1);
    ret_activation->branch = read_branch(ctx, r);
    ret_activation->generation = (uint32_t)pg_get_int8(r, 0, 4);
    ret_activation->activated = pg_get_bool(r, 0, 5);
    if (pg_is_null(r, 0, 6))
        return ERR_OK;
    ret_activation->code_hash = pg_get_bytes(ctx, r, 0, 6);
    ret_activation->expires_at_us = pg_get_int8(r, 0, 7);
    ret_activation->used = pg_get_bool(r, 0, 8);
    return ERR_OK;
}

struct pg_args *activation_store_codes(TALLOC_CTX *ctx, bool even_if_live)
{
    return pg_args(ctx, even_if_live ? &PUT : &PUT_WHERE_NONE_LIVES);
}

void activation_store_codes_add(struct pg_args *args, const struct uuid *member, const uint8_t hash[TOKEN_HASH_BYTES],
                                int64_t now_us, int64_t expires_at_us)
{
    pg_add_uuid(args, member);
    pg_add_bytes(args, hash, TOKEN_HASH_BYTES);
    pg_add_int8(args, now_us);
    pg_add_int8(args, expires_at_us);
}

enum err activation_store_put(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                              const uint8_t hash[TOKEN_HASH_BYTES], int64_t now_us, int64_t expires_at_us)
{
    struct pg_args *args = activation_store_codes(ctx, true);
    struct pg_result *r;
    activation_store_codes_add(args, member, hash, now_us, expires_at_us);
    return pg_run(pg, args, &r);
}

enum err activation_store_use(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                              const uint8_t hash[TOKEN_HASH_BYTES], int64_t now_us, bool *ret_used)
{
    struct pg_args *args = pg_args(ctx, &USE);
    struct pg_result *r;
    pg_add_uuid(args, member);
    pg_add_bytes(args, hash, TOKEN_HASH_BYTES);
    pg_add_int8(args, now_us);
    enum err err = pg_run(pg, args, &r);
    if (!err)
        *ret_used = pg_rows(r) > 0;
    return err;
}
