#include "services/auth/demo/demo_store.h"

static const struct pg_statement ACCOUNTS = {
    .name = "demo_accounts",
    .sql = "WITH fresh AS (INSERT INTO account (member_id, password_hash, created_at_us, activated_at_us)"
           " SELECT id, $2::text, $3::int8, $3::int8 FROM unnest($1::uuid[]) id ON CONFLICT DO NOTHING"
           " RETURNING member_id) SELECT m.id, coalesce(m.phone, '') <> '' FROM fresh"
           " JOIN member m ON m.id = fresh.member_id"};
static const struct pg_statement TOTP = {
    .name = "demo_totp",
    .sql = "UPDATE account SET totp_secret = $2::bytea FROM member m WHERE m.card_number = $1::text"
           " AND account.member_id = m.id"};
static const struct pg_statement BY_CARD = {.name = "demo_member",
                                            .sql = "SELECT id FROM member WHERE card_number = $1::text"};

enum err demo_store_add_accounts(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *members, size_t n, const char *hash,
                                 int64_t now_us, struct ids *ret_new, struct ids *ret_with_phone)
{
    struct pg_args *args = pg_args(ctx, &ACCOUNTS);
    struct pg_result *r;
    pg_add_uuids(args, members, n);
    pg_add_text(args, hash);
    pg_add_int8(args, now_us);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    *ret_new = *ret_with_phone = (struct ids){0};
    ids_add_rows(ctx, ret_new, r);
    for (size_t i = 0; i < ret_new->n; i++)
        if (pg_get_bool(r, i, 1))
            array_add(ctx, ret_with_phone, ret_new->items[i]);
    return ERR_OK;
}

enum err demo_store_set_totp(struct pg *pg, TALLOC_CTX *ctx, const char *card_number, ProtobufCBinaryData sealed)
{
    struct pg_args *args = pg_args(ctx, &TOTP);
    struct pg_result *r;
    pg_add_text(args, card_number);
    pg_add_bytes(args, sealed.data, sealed.len);
    return pg_run(pg, args, &r);
}

enum err demo_store_find_member(struct pg *pg, TALLOC_CTX *ctx, const char *card_number, bool *ret_found,
                                struct uuid *ret_id)
{
    struct pg_args *args = pg_args(ctx, &BY_CARD);
    struct pg_result *r;
    pg_add_text(args, card_number);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    *ret_found = pg_rows(r) > 0;
    *ret_id = pg_get_uuid(r, 0, 0);
    return ERR_OK;
}
