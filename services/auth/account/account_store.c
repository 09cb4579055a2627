#include "services/auth/account/account_store.h"

#include "contract_numbers.h"

/* --- signing in --- */

/* A member who has left may not sign in, as if there were no such card. */
static const struct pg_statement FIND = {
    .name = "account_find",
    .sql = "SELECT m.id, a.password_hash, a.totp_secret, a.activated_at_us IS NOT NULL, m.token_generation, "
           "       EXISTS (SELECT FROM session s WHERE s.member_id = m.id AND s.device_id = $2::text)"
           " FROM member m LEFT JOIN account a ON a.member_id = m.id WHERE m.card_number = $1::text"
           " AND m.status <> " SQL_MEMBER_STATUS_LEFT};
static const struct pg_statement RECOVERY = {
    .name = "account_use_recovery_code",
    .sql = "UPDATE recovery_code SET used_at_us = $3::int8 WHERE member_id = $1::uuid AND code_hash = $2::bytea"
           " AND used_at_us IS NULL RETURNING true"};
static const struct pg_statement ACTIVATE = {
    .name = "account_activate",
    .sql = "UPDATE account SET activated_at_us = $2::int8 WHERE member_id = $1::uuid AND activated_at_us IS NULL"
           " RETURNING true"};

enum err account_store_find(struct pg *pg, TALLOC_CTX *ctx, const char *card_number, const char *device_id,
                            struct account *ret_account)
{
    struct pg_args *args = pg_args(ctx, &FIND);
    struct pg_result *r;
    pg_add_text(args, card_number);
    pg_add_text(args, device_id);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    *ret_account = (struct account){.found = pg_rows(r) > 0};
    if (!ret_account->found)
        return ERR_OK;
    ret_account->member = pg_get_uuid(r, 0, 0);
    ret_account->password_hash = pg_get_text(ctx, r, 0, 1);
    if (!pg_is_null(r, 0, 2))
        ret_account->totp_secret = pg_get_bytes(ctx, r, 0, 2);
    ret_account->activated = pg_get_bool(r, 0, 3);
    ret_account->generation = (uint32_t)pg_get_int8(r, 0, 4);
    ret_account->known_device = pg_get_bool(r, 0, 5);
    return ERR_OK;
}

enum err account_store_use_recovery_code(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                         const uint8_t hash[TOKEN_HASH_BYTES], int64_t now_us, bool *ret_used)
{
    struct pg_args *args = pg_args(ctx, &RECOVERY);
    struct pg_result *r;
    pg_add_uuid(args, member);
    pg_add_bytes(args, hash, TOKEN_HASH_BYTES);
    pg_add_int8(args, now_us);
    enum err err = pg_run(pg, args, &r);
    if (!err)
        *ret_used = pg_rows(r) > 0;
    return err;
}

enum err account_store_activate(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, int64_t now_us,
                                bool *ret_first)
{
    struct pg_args *args = pg_args(ctx, &ACTIVATE);
    struct pg_result *r;
    pg_add_uuid(args, member);
    pg_add_int8(args, now_us);
    enum err err = pg_run(pg, args, &r);
    if (!err)
        *ret_first = pg_rows(r) > 0;
    return err;
}

/* --- holding an account --- */

/* FOR UPDATE, though a sign-in changes little: two that share the row could not both activate it. */
static const struct pg_statement HOLD = {
    .name = "account_hold",
    .sql = "SELECT FROM account WHERE member_id = $1::uuid AND password_hash = $2::text"
           " AND totp_secret IS NOT DISTINCT FROM $3::bytea FOR UPDATE"};

enum err account_store_hold(struct pg *pg, TALLOC_CTX *ctx, const struct account_proof *proof, bool *ret_holds)
{
    struct pg_args *args = pg_args(ctx, &HOLD);
    struct pg_result *r;
    pg_add_uuid(args, &proof->member);
    pg_add_text(args, proof->password_hash);
    pg_add_bytes(args, proof->totp_secret.data, proof->totp_secret.len);
    enum err err = pg_run(pg, args, &r);
    if (!err)
        *ret_holds = pg_rows(r) > 0;
    return err;
}

/* --- one's own account --- */

static const struct pg_statement OWN = {
    .name = "account_own",
    .sql = "SELECT m.card_number, a.password_hash, a.totp_secret, a.totp_pending, "
           "    EXISTS (SELECT FROM member_position p WHERE p.member_id = m.id AND p.to_us IS NULL"
           "       AND p.role IN (" SQL_ROLE_OFFICER ", " SQL_ROLE_ADMIN ")), m.branch_id,"
           "    m.status = " SQL_MEMBER_STATUS_SUSPENDED
           " FROM session s JOIN member m ON m.id = s.member_id LEFT JOIN account a ON a.member_id = m.id"
           " WHERE s.id = $2::uuid AND s.member_id = $1::uuid AND s.ended_at_us IS NULL"
           " AND m.status <> " SQL_MEMBER_STATUS_LEFT};

enum err account_store_own(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, const struct uuid *session,
                           bool *ret_found, struct own_account *ret_own)
{
    struct pg_args *args = pg_args(ctx, &OWN);
    struct pg_result *r;
    pg_add_uuid(args, member);
    pg_add_uuid(args, session);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    *ret_found = pg_rows(r) > 0;
    if (!*ret_found)
        return ERR_OK;
    *ret_own = (struct own_account){.member = *member,
                                    .session = *session,
                                    .card_number = pg_get_text(ctx, r, 0, 0),
                                    .password_hash = pg_get_text(ctx, r, 0, 1),
                                    .needs_second_factor = pg_get_bool(r, 0, 4),
                                    .branch = pg_get_uuid(r, 0, 5),
                                    .suspended = pg_get_bool(r, 0, 6)};
    if (!pg_is_null(r, 0, 3))
        ret_own->totp_pending = pg_get_bytes(ctx, r, 0, 3);
    if (!pg_is_null(r, 0, 2))
        ret_own->totp_secret = pg_get_bytes(ctx, r, 0, 2);
    return ERR_OK;
}

/* --- second factors --- */

static const struct pg_statement PEND_TOTP = {
    .name = "account_pend_totp", .sql = "UPDATE account SET totp_pending = $2::bytea WHERE member_id = $1::uuid"};
static const struct pg_statement CONFIRM_TOTP = {
    .name = "account_confirm_totp",
    .sql = "UPDATE account SET totp_secret = totp_pending, totp_pending = NULL WHERE member_id = $1::uuid"
           " AND totp_pending = $2::bytea RETURNING true"};
static const struct pg_statement REMOVE_TOTP = {
    .name = "account_remove_totp",
    .sql = "UPDATE account SET totp_secret = NULL, totp_pending = NULL WHERE member_id = $1::uuid"};
static const struct pg_statement FORGET_RECOVERY = {.name = "account_forget_recovery_codes",
                                                    .sql = "DELETE FROM recovery_code WHERE member_id = $1::uuid"};
static const struct pg_statement ADD_RECOVERY = {
    .name = "account_add_recovery_code",
    .sql = "INSERT INTO recovery_code (member_id, code_hash) VALUES ($1::uuid, $2::bytea)"};

static struct pg_args *of_member(TALLOC_CTX *ctx, const struct pg_statement *statement, const struct uuid *member)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuid(args, member);
    return args;
}

void account_store_pend_totp_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                   ProtobufCBinaryData sealed)
{
    struct pg_args *args = of_member(ctx, &PEND_TOTP, member);
    pg_add_bytes(args, sealed.data, sealed.len);
    pg_queue(pg, args);
}

enum err account_store_confirm_totp(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                    ProtobufCBinaryData sealed, bool *ret_taken)
{
    struct pg_args *args = of_member(ctx, &CONFIRM_TOTP, member);
    struct pg_result *r;
    pg_add_bytes(args, sealed.data, sealed.len);
    enum err err = pg_run(pg, args, &r);
    if (!err)
        *ret_taken = pg_rows(r) > 0;
    return err;
}

void account_store_remove_totp_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member)
{
    pg_queue(pg, of_member(ctx, &REMOVE_TOTP, member));
}

void account_store_forget_recovery_codes_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member)
{
    pg_queue(pg, of_member(ctx, &FORGET_RECOVERY, member));
}

void account_store_add_recovery_code_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                           const uint8_t hash[TOKEN_HASH_BYTES])
{
    struct pg_args *args = of_member(ctx, &ADD_RECOVERY, member);
    pg_add_bytes(args, hash, TOKEN_HASH_BYTES);
    pg_queue(pg, args);
}

/* --- passwords --- */

static const struct pg_statement SET_PASSWORD = {
    .name = "account_set_password",
    .sql = "INSERT INTO account (member_id, password_hash, created_at_us) VALUES ($1::uuid, $2::text, $3::int8)"
           " ON CONFLICT (member_id) DO UPDATE SET password_hash = excluded.password_hash"};

void account_store_set_password_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, const char *hash,
                                      int64_t now_us)
{
    struct pg_args *args = pg_args(ctx, &SET_PASSWORD);
    pg_add_uuid(args, member);
    pg_add_text(args, hash);
    pg_add_int8(args, now_us);
    pg_queue(pg, args);
}
