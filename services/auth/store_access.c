/* Signing in: accounts, attempts, sessions, refresh tokens. */
#include "services/auth/store.h"

#include "common/base/mem.h"

/* --- attempts --- */

static const struct pg_statement THROTTLE_ADD = {
    .name = "throttle_add",
    .each = true,
    .sql = "INSERT INTO login_throttle (subject, attempts, last_at_us) SELECT s, 0, 0 FROM "
           "unnest($1::bytea[]) s ORDER BY s ON CONFLICT DO NOTHING"};
static const struct pg_statement THROTTLE_LOCK = {
    .name = "throttle_lock",
    .sql = "SELECT subject = $1::bytea, subject = $2::bytea, attempts, last_at_us FROM login_throttle "
           "WHERE subject IN ($1::bytea, $2::bytea, $3::bytea) ORDER BY subject FOR UPDATE"};
static const struct pg_statement THROTTLE_SET = {
    .name = "throttle_set",
    .each = true,
    .sql = "UPDATE login_throttle t SET attempts = u.attempts, last_at_us = u.last_at_us "
           "FROM unnest($1::bytea[], $2::int4[], $3::int8[]) u(subject, attempts, last_at_us) WHERE t.subject = "
           "u.subject"};
static const struct pg_statement THROTTLE_CLEAR = {
    .name = "throttle_clear",
    .sql =
        "UPDATE login_throttle SET attempts = CASE WHEN subject = $1::bytea THEN 0 ELSE greatest(attempts - 1, 0) END "
        "WHERE subject IN ($1::bytea, $2::bytea, $3::bytea)"};

typedef const uint8_t subjects_t[THROTTLE_COUNT][TOKEN_HASH_BYTES];

static struct pg_args *with_subjects(TALLOC_CTX *ctx, const struct pg_statement *statement, subjects_t subjects)
{
    struct pg_args *args = pg_args(ctx, statement);
    for (size_t i = 0; i < THROTTLE_COUNT; i++)
        pg_add_bytes(args, subjects[i], TOKEN_HASH_BYTES);
    return args;
}

enum err store_throttle_begin(struct pg *pg, TALLOC_CTX *ctx, subjects_t subjects, struct store_attempts *ret_attempts)
{
    pg_queue(pg, with_subjects(ctx, &THROTTLE_ADD, subjects));
    pg_queue_sql(pg, "BEGIN");
    struct pg_result *rows = pg_queue(pg, with_subjects(ctx, &THROTTLE_LOCK, subjects));
    enum err err = pg_flush(pg);
    if (err)
        return err;
    *ret_attempts = (struct store_attempts){0};
    for (size_t i = 0; i < pg_rows(rows); i++) {
        enum throttle kind = pg_get_bool(rows, i, 0)   ? THROTTLE_EXACT
                             : pg_get_bool(rows, i, 1) ? THROTTLE_ACCOUNT
                                                       : THROTTLE_PEER;
        ret_attempts->attempts[kind] = (int)pg_get_int8(rows, i, 2);
        ret_attempts->last_at_us[kind] = pg_get_int8(rows, i, 3);
    }
    return ERR_OK;
}

enum err store_throttle_end(struct pg *pg, TALLOC_CTX *ctx, subjects_t subjects, const struct store_attempts *attempts)
{
    struct pg_args *args = pg_args(ctx, &THROTTLE_SET);
    for (size_t i = 0; i < THROTTLE_COUNT; i++) {
        pg_add_bytes(args, subjects[i], TOKEN_HASH_BYTES);
        pg_add_int4(args, attempts->attempts[i]);
        pg_add_int8(args, attempts->last_at_us[i]);
    }
    pg_queue(pg, args);
    pg_queue_sql(pg, "COMMIT");
    return pg_flush(pg);
}

void store_throttle_clear_queue(struct pg *pg, TALLOC_CTX *ctx, subjects_t subjects)
{
    pg_queue(pg, with_subjects(ctx, &THROTTLE_CLEAR, subjects));
}

/* --- accounts --- */

/* Who has left may not sign in: as if there were no such card. */
static const struct pg_statement ACCOUNT = {
    .name = "account_find",
    .sql = "SELECT m.id, a.password_hash, a.totp_secret, a.activated_at_us IS NOT NULL, m.token_generation, "
           "       EXISTS (SELECT FROM session s WHERE s.member_id = m.id AND s.device_id = $2::text) "
           "FROM member m LEFT JOIN account a ON a.member_id = m.id WHERE m.card_number = $1::text AND m.status <> 3"};
static const struct pg_statement RECOVERY = {
    .name = "recovery_use",
    .sql = "UPDATE recovery_code SET used_at_us = $3::int8 WHERE member_id = $1::uuid AND "
           "code_hash = $2::bytea AND used_at_us IS NULL RETURNING true"};
static const struct pg_statement ACTIVATE = {
    .name = "account_activate",
    .sql = "UPDATE account SET activated_at_us = $2::int8 WHERE member_id = $1::uuid AND activated_at_us IS NULL"};

enum err store_account_find(struct pg *pg, TALLOC_CTX *ctx, const char *card_number, const char *device_id,
                            struct store_account *ret_account)
{
    struct pg_args *args = pg_args(ctx, &ACCOUNT);
    struct pg_result *r;
    pg_add_text(args, card_number);
    pg_add_text(args, device_id);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    *ret_account = (struct store_account){.found = pg_rows(r) > 0};
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

enum err store_recovery_use(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
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

void store_activate_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, int64_t now_us)
{
    struct pg_args *args = pg_args(ctx, &ACTIVATE);
    pg_add_uuid(args, member);
    pg_add_int8(args, now_us);
    pg_queue(pg, args);
}

/* --- sessions --- */

static const struct pg_statement ADD_SESSION = {
    .name = "session_add",
    .sql = "INSERT INTO session (id, member_id, device_id, created_at_us, last_used_at_us, totp_step) "
           "VALUES ($1::uuid, $2::uuid, $3::text, $4::int8, $4::int8, $5::int8)"};
static const struct pg_statement ADD_TOKEN = {
    .name = "refresh_add",
    .sql = "INSERT INTO refresh_token (token_hash, session_id, issued_at_us) VALUES ($1::bytea, $2::uuid, $3::int8)"};
static const struct pg_statement TOUCH_SESSION = {
    .name = "session_touch",
    .sql = "WITH used AS (UPDATE session SET last_used_at_us = greatest(last_used_at_us, $2::int8) WHERE id = $1::uuid "
           "RETURNING "
           "member_id, device_id) "
           "UPDATE device d SET last_used_at_us = $2::int8 FROM used u WHERE d.member_id = u.member_id AND d.device_id "
           "= u.device_id"};
static const struct pg_statement END_SESSION = {
    .name = "session_end",
    .sql = "UPDATE session SET ended_at_us = $2::int8 WHERE id = $1::uuid AND ended_at_us IS NULL"};

void store_session_queue(struct pg *pg, TALLOC_CTX *ctx, const struct store_session *session)
{
    struct pg_args *args = pg_args(ctx, &ADD_SESSION);
    pg_add_uuid(args, &session->id);
    pg_add_uuid(args, &session->member);
    pg_add_text(args, session->device_id);
    pg_add_int8(args, session->now_us);
    pg_add_int8_or_null(args, session->has_totp_step, session->totp_step);
    pg_queue(pg, args);
}

void store_refresh_token_queue(struct pg *pg, TALLOC_CTX *ctx, const uint8_t hash[TOKEN_HASH_BYTES],
                               const struct uuid *session, int64_t now_us)
{
    struct pg_args *args = pg_args(ctx, &ADD_TOKEN);
    pg_add_bytes(args, hash, TOKEN_HASH_BYTES);
    pg_add_uuid(args, session);
    pg_add_int8(args, now_us);
    pg_queue(pg, args);
}

static void queue_session_at(struct pg *pg, TALLOC_CTX *ctx, const struct pg_statement *statement,
                             const struct uuid *session, int64_t now_us)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuid(args, session);
    pg_add_int8(args, now_us);
    pg_queue(pg, args);
}

void store_session_touch_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *session, int64_t now_us)
{
    queue_session_at(pg, ctx, &TOUCH_SESSION, session, now_us);
}

void store_session_end_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *session, int64_t now_us)
{
    queue_session_at(pg, ctx, &END_SESSION, session, now_us);
}

/* --- refresh tokens --- */

/* The lock on the session makes two refreshes of one family come one after the other: what they decide on is read after
 * it. */
static const struct pg_statement LOCK_FAMILY = {.name = "refresh_lock",
                                                .sql = "SELECT s.id FROM session s WHERE s.id = (SELECT session_id "
                                                       "FROM refresh_token WHERE token_hash = $1::bytea) FOR UPDATE"};
static const struct pg_statement FIND_TOKEN = {
    .name = "refresh_find",
    .sql =
        "SELECT s.id, s.member_id, s.ended_at_us IS NOT NULL, s.last_used_at_us, t.key_hash, n.key_hash IS NOT NULL, "
        "       m.token_generation, m.status = 3 "
        "FROM refresh_token t JOIN session s ON s.id = t.session_id JOIN member m ON m.id = s.member_id "
        "LEFT JOIN refresh_token n ON n.token_hash = t.successor_hash WHERE t.token_hash = $1::bytea"};
static const struct pg_statement USE_TOKEN = {
    .name = "refresh_use",
    .sql = "UPDATE refresh_token SET key_hash = $2::bytea, successor_hash = $3::bytea WHERE token_hash = $1::bytea"};
static const struct pg_statement FORGET_TOKENS = {
    .name = "refresh_forget",
    .sql =
        "DELETE FROM refresh_token t USING refresh_token n WHERE t.session_id = $1::uuid AND t.issued_at_us < $2::int8 "
        "AND n.token_hash = t.successor_hash AND n.key_hash IS NOT NULL"}; /* never the pair whose reply may be lost */

static struct pg_args *with_hash(TALLOC_CTX *ctx, const struct pg_statement *statement,
                                 const uint8_t hash[TOKEN_HASH_BYTES])
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_bytes(args, hash, TOKEN_HASH_BYTES);
    return args;
}

enum err store_refresh_begin(struct pg *pg, TALLOC_CTX *ctx, const uint8_t hash[TOKEN_HASH_BYTES],
                             struct store_refresh *ret_refresh)
{
    pg_queue_sql(pg, "BEGIN");
    pg_queue(pg, with_hash(ctx, &LOCK_FAMILY, hash));
    struct pg_result *r = pg_queue(pg, with_hash(ctx, &FIND_TOKEN, hash));
    enum err err = pg_flush(pg);
    if (err)
        return err;
    *ret_refresh = (struct store_refresh){.found = pg_rows(r) > 0};
    if (!ret_refresh->found)
        return ERR_OK;
    ret_refresh->session = pg_get_uuid(r, 0, 0);
    ret_refresh->member = pg_get_uuid(r, 0, 1);
    ret_refresh->session_ended = pg_get_bool(r, 0, 2);
    ret_refresh->last_used_at_us = pg_get_int8(r, 0, 3);
    ret_refresh->used = !pg_is_null(r, 0, 4);
    if (ret_refresh->used)
        ret_refresh->key_hash = pg_get_bytes(ctx, r, 0, 4);
    ret_refresh->successor_used = pg_get_bool(r, 0, 5);
    ret_refresh->generation = (uint32_t)pg_get_int8(r, 0, 6);
    ret_refresh->member_left = pg_get_bool(r, 0, 7);
    return ERR_OK;
}

void store_successor_queue(struct pg *pg, TALLOC_CTX *ctx, const struct store_successor *s)
{
    struct pg_args *use = with_hash(ctx, &USE_TOKEN, s->used_hash);
    pg_add_bytes(use, s->key_hash, TOKEN_HASH_BYTES);
    pg_add_bytes(use, s->successor_hash, TOKEN_HASH_BYTES);
    struct pg_args *forget = pg_args(ctx, &FORGET_TOKENS);
    pg_add_uuid(forget, &s->session);
    pg_add_int8(forget, s->now_us - REFRESH_KEPT_US);
    pg_queue(pg, use);
    store_refresh_token_queue(pg, ctx, s->successor_hash, &s->session, s->now_us);
    pg_queue(pg, forget);
}
