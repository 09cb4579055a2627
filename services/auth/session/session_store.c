#include "services/auth/session/session_store.h"

#include "common/base/mem.h"
#include "common/loop/loop_store_restored.h"
#include "contract_numbers.h"
#include "services/auth/device/device.h"
#include "services/auth/session/session.h"

/* --- sessions --- */

/* Device d belongs to the session that registered it. One that was registered before sessions were noted is the
 * session's that signed in under its name. */
#define IS_OF(session) "(d.session_id = " session ".id OR d.session_id IS NULL AND d.device_id = " session ".device_id)"

static const struct pg_statement ADD = {
    .name = "session_add",
    .sql = "INSERT INTO session (id, member_id, device_id, created_at_us, last_used_at_us, totp_step, refresh_number) "
           "VALUES ($1::uuid, $2::uuid, $3::text, $4::int8, $4::int8, $5::int8, $6::int8)"};
static const struct pg_statement ADD_TOKEN = {
    .name = "refresh_add",
    .sql = "INSERT INTO refresh_token (token_hash, session_id, issued_at_us) VALUES ($1::bytea, $2::uuid, $3::int8)"};
static const struct pg_statement TOUCH = {
    .name = "session_touch",
    .sql = "WITH used AS (UPDATE session SET last_used_at_us = greatest(last_used_at_us, $2::int8) "
           "WHERE id = $1::uuid "
           "RETURNING id, member_id, device_id) "
           "UPDATE device d SET last_used_at_us = $2::int8 FROM used u "
           "WHERE d.member_id = u.member_id AND " IS_OF("u")};

void session_store_add_queue(struct pg *pg, TALLOC_CTX *ctx, const struct new_session *session)
{
    struct pg_args *args = pg_args(ctx, &ADD);
    pg_add_uuid(args, &session->id);
    pg_add_uuid(args, &session->member);
    pg_add_text(args, session->device_id);
    pg_add_int8(args, session->now_us);
    pg_add_int8_or_null(args, session->has_totp_step, session->totp_step);
    pg_add_int8(args, REFRESH_FIRST_NUMBER);
    pg_queue(pg, args);
}

void session_store_add_token_queue(struct pg *pg, TALLOC_CTX *ctx, const uint8_t hash[TOKEN_HASH_BYTES],
                                   const struct uuid *session, int64_t now_us)
{
    struct pg_args *args = pg_args(ctx, &ADD_TOKEN);
    pg_add_bytes(args, hash, TOKEN_HASH_BYTES);
    pg_add_uuid(args, session);
    pg_add_int8(args, now_us);
    pg_queue(pg, args);
}

void session_store_touch_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *session, int64_t now_us)
{
    struct pg_args *args = pg_args(ctx, &TOUCH);
    pg_add_uuid(args, session);
    pg_add_int8(args, now_us);
    pg_queue(pg, args);
}

/* --- ending --- */

static const struct pg_statement LOAD = {
    .name = "session_load",
    .sql =
        "SELECT id, member_id, ended_at_us IS NOT NULL FROM session WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"};
static const struct pg_statement LOCK_LIVE = {
    .name = "session_lock_live",
    .sql = "SELECT id, member_id, false FROM session WHERE member_id = ANY($1::uuid[]) AND ended_at_us IS NULL"
           " ORDER BY id FOR UPDATE"};
static const struct pg_statement END = {
    .name = "session_end",
    .each = true,
    .sql = "UPDATE session s SET ended_at_us = u.at_us FROM unnest($1::uuid[], $2::int8[]) u(id, at_us) "
           "WHERE s.id = u.id AND s.ended_at_us IS NULL"};

static const struct pg_statement END_OF = {
    .name = "session_end_of",
    .sql = "WITH ending AS MATERIALIZED (SELECT id FROM session" /* locked in the order in which commands lock them */
           "  WHERE (id = ANY($1::uuid[]) OR member_id = ANY($2::uuid[])) AND ended_at_us IS NULL"
           "  AND ($4::uuid IS NULL OR id <> $4::uuid) ORDER BY id FOR UPDATE)"
           " UPDATE session SET ended_at_us = $3::int8 WHERE id = ANY(ARRAY(SELECT id FROM ending))"
           " AND ended_at_us IS NULL RETURNING id, member_id, true"};

struct pg_result *session_store_load_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *ids, size_t n)
{
    struct pg_args *args = pg_args(ctx, &LOAD);
    pg_add_uuids(args, ids, n);
    return pg_queue(pg, args);
}

struct pg_result *session_store_lock_live_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *members, size_t n)
{
    struct pg_args *args = pg_args(ctx, &LOCK_LIVE);
    pg_add_uuids(args, members, n);
    return pg_queue(pg, args);
}

struct loaded_session session_store_loaded(const struct pg_result *result, size_t row)
{
    return (struct loaded_session){
        .id = pg_get_uuid(result, row, 0), .member = pg_get_uuid(result, row, 1), .ended = pg_get_bool(result, row, 2)};
}

struct pg_args *session_store_end(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &END);
}

void session_store_end_add(struct pg_args *args, const struct uuid *id, int64_t now_us)
{
    pg_add_uuid(args, id);
    pg_add_int8(args, now_us);
}

struct pg_result *session_store_end_queue(struct pg *pg, TALLOC_CTX *ctx, const struct session_ending *ending)
{
    struct pg_args *args = pg_args(ctx, &END_OF);
    pg_add_uuids(args, ending->sessions, ending->n_sessions);
    pg_add_uuids(args, ending->members, ending->n_members);
    pg_add_int8(args, ending->now_us);
    pg_add_uuid_or_null(args, ending->kept ? ending->kept : &(struct uuid){0});
    return pg_queue(pg, args);
}

static const struct pg_statement LAPSED = {
    .name = "session_lapsed",
    .sql = "SELECT id FROM session WHERE ended_at_us IS NULL AND last_used_at_us <= $1::int8"
           " ORDER BY last_used_at_us LIMIT $2::int4 FOR UPDATE SKIP LOCKED"};

enum err session_store_lapsed(struct pg *pg, TALLOC_CTX *ctx, int64_t idle_before_us, int limit, struct ids *ret_ids)
{
    struct pg_args *args = pg_args(ctx, &LAPSED);
    pg_add_int8(args, idle_before_us);
    pg_add_int4(args, limit);
    return ids_run(pg, ctx, args, ret_ids);
}

/* --- refresh tokens --- */

/* $1 the token's hash, $2 the family that it says, null for one that is not signed. */
#define FAMILY "coalesce($2::uuid, (SELECT session_id FROM refresh_token WHERE token_hash = $1::bytea))"

/* The lock on the session makes two refreshes of one family come one after the other: what they decide on is read after
 * it. */
static const struct pg_statement LOCK_FAMILY = {.name = "refresh_lock",
                                                .sql = "SELECT s.id FROM session s WHERE s.id = " FAMILY " FOR UPDATE"};
static const struct pg_statement FIND_FAMILY = {.name = "refresh_find_family",
                                                .sql = "SELECT s.id FROM session s WHERE s.id = " FAMILY};
static const struct pg_statement FIND_TOKEN = {
    .name = "refresh_find",
    .sql = "SELECT s.id, s.member_id, s.ended_at_us IS NOT NULL, s.last_used_at_us, s.refresh_number, s.restoration, "
           "    t.token_hash IS NOT NULL, t.key_hash, n.key_hash IS NOT NULL, "
           "    m.token_generation, m.status = " SQL_MEMBER_STATUS_LEFT " "
           "FROM session s JOIN member m ON m.id = s.member_id "
           "LEFT JOIN refresh_token t ON t.token_hash = $1::bytea AND t.session_id = s.id "
           "LEFT JOIN refresh_token n ON n.token_hash = t.successor_hash WHERE s.id = " FAMILY};
static const struct pg_statement USE_TOKEN = {
    .name = "refresh_use",
    .sql = "INSERT INTO refresh_token (token_hash, session_id, issued_at_us, key_hash, successor_hash)"
           " VALUES ($1::bytea, $2::uuid, $3::int8, $4::bytea, $5::bytea) ON CONFLICT (token_hash) DO UPDATE"
           " SET key_hash = excluded.key_hash, successor_hash = excluded.successor_hash"};
/* A family has one unused token, the newest. Another one was used in what a restore lost, with a key that nobody knows:
 * it counts as used with none. */
static const struct pg_statement SUPERSEDE = {
    .name = "refresh_supersede",
    .sql = "UPDATE refresh_token SET key_hash = '' WHERE session_id = $1::uuid AND key_hash IS NULL"};
static const struct pg_statement ADVANCE_FAMILY = {
    .name = "refresh_advance",
    .sql = "UPDATE session SET refresh_number = $2::int8, restoration = $3::int8 WHERE id = $1::uuid"};
static const struct pg_statement FORGET_TOKENS = {
    .name = "refresh_forget",
    .sql =
        "DELETE FROM refresh_token t USING refresh_token n WHERE t.session_id = $1::uuid "
        "AND t.issued_at_us < $2::int8 "
        "AND n.token_hash = t.successor_hash AND n.key_hash IS NOT NULL"}; /* never the pair whose reply may be lost */

static struct pg_args *with_hash(TALLOC_CTX *ctx, const struct pg_statement *statement,
                                 const uint8_t hash[TOKEN_HASH_BYTES])
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_bytes(args, hash, TOKEN_HASH_BYTES);
    return args;
}

static struct pg_args *of_family(TALLOC_CTX *ctx, const struct pg_statement *statement,
                                 const uint8_t hash[TOKEN_HASH_BYTES], const struct refresh_claims *claims)
{
    struct pg_args *args = with_hash(ctx, statement, hash);
    pg_add_uuid_or_null(args, &claims->family);
    return args;
}

enum err session_store_find_family(struct pg *pg, TALLOC_CTX *ctx, const uint8_t hash[TOKEN_HASH_BYTES],
                                   const struct refresh_claims *claims, bool *ret_found, struct uuid *ret_session)
{
    struct pg_result *r;
    enum err err = pg_run(pg, of_family(ctx, &FIND_FAMILY, hash, claims), &r);
    if (err)
        return err;
    *ret_found = pg_rows(r) > 0;
    if (*ret_found)
        *ret_session = pg_get_uuid(r, 0, 0);
    return ERR_OK;
}

static void read_token(TALLOC_CTX *ctx, const struct pg_result *r, struct presented_token *token)
{
    token->session = pg_get_uuid(r, 0, 0);
    token->member = pg_get_uuid(r, 0, 1);
    token->session_ended = pg_get_bool(r, 0, 2);
    token->last_used_at_us = pg_get_int8(r, 0, 3);
    token->newest_number = pg_get_int8(r, 0, 4);
    token->restoration_taken = pg_get_int8(r, 0, 5);
    token->known = pg_get_bool(r, 0, 6);
    token->used = !pg_is_null(r, 0, 7);
    if (token->used)
        token->key_hash = pg_get_bytes(ctx, r, 0, 7);
    token->successor_used = pg_get_bool(r, 0, 8);
    token->generation = (uint32_t)pg_get_int8(r, 0, 9);
    token->member_left = pg_get_bool(r, 0, 10);
}

enum err session_store_refresh_begin(struct pg *pg, TALLOC_CTX *ctx, const uint8_t hash[TOKEN_HASH_BYTES],
                                     const struct refresh_claims *claims, struct presented_token *ret_token)
{
    pg_queue_sql(pg, "BEGIN");
    pg_queue(pg, of_family(ctx, &LOCK_FAMILY, hash, claims));
    struct pg_result *r = pg_queue(pg, of_family(ctx, &FIND_TOKEN, hash, claims));
    struct pg_result *restored = loop_store_restored_queue(pg, ctx);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    *ret_token = (struct presented_token){.found = pg_rows(r) > 0, .restoration = loop_store_restored(restored)};
    if (ret_token->found)
        read_token(ctx, r, ret_token);
    return ERR_OK;
}

void session_store_successor_queue(struct pg *pg, TALLOC_CTX *ctx, const struct successor *s)
{
    struct pg_args *use = with_hash(ctx, &USE_TOKEN, s->used_hash);
    pg_add_uuid(use, &s->session);
    pg_add_int8(use, s->now_us);
    pg_add_bytes(use, s->key_hash, TOKEN_HASH_BYTES);
    pg_add_bytes(use, s->successor_hash, TOKEN_HASH_BYTES);
    struct pg_args *supersede = pg_args(ctx, &SUPERSEDE);
    pg_add_uuid(supersede, &s->session);
    struct pg_args *advance = pg_args(ctx, &ADVANCE_FAMILY);
    pg_add_uuid(advance, &s->session);
    pg_add_int8(advance, s->number);
    pg_add_int8(advance, s->restoration);
    struct pg_args *forget = pg_args(ctx, &FORGET_TOKENS);
    pg_add_uuid(forget, &s->session);
    pg_add_int8(forget, s->now_us - REFRESH_KEPT_US);
    pg_queue(pg, use);
    pg_queue(pg, supersede);
    session_store_add_token_queue(pg, ctx, s->successor_hash, &s->session, s->now_us);
    pg_queue(pg, advance);
    pg_queue(pg, forget);
}

/* --- one's own list --- */

static const struct pg_statement OF_MEMBER = {
    .name = "session_of_member",
    .sql =
        "SELECT d.device_id, d.provider, d.app_version, d.created_at_us, d.registered_at_us, d.last_used_at_us, s.id, "
        "    s.created_at_us, s.last_used_at_us "
        "FROM session s LEFT JOIN LATERAL (SELECT * FROM device d WHERE d.member_id = s.member_id AND " IS_OF(
            "s") " ORDER BY d.session_id IS NULL, d.registered_at_us DESC LIMIT 1) d ON true "
                 "WHERE s.member_id = $1::uuid AND s.ended_at_us IS NULL AND s.last_used_at_us > $2::int8 "
                 "ORDER BY s.last_used_at_us DESC, s.id "
                 "LIMIT 100"};

static Pb__Device *read_device(TALLOC_CTX *ctx, const struct pg_result *r, size_t row)
{
    struct device device = {.device_id = pg_get_text(ctx, r, row, 0),
                            .provider = (Pb__Provider)pg_get_int8(r, row, 1),
                            .app_version = pg_get_text(ctx, r, row, 2),
                            .created_at_us = pg_get_int8(r, row, 3),
                            .registered_at_us = pg_get_int8(r, row, 4),
                            .last_used_at_us = pg_is_null(r, row, 5) ? 0 : pg_get_int8(r, row, 5)};
    return device_view(ctx, &device);
}

static Pb__LoginSession *read_session(TALLOC_CTX *ctx, const struct pg_result *r, size_t row)
{
    Pb__LoginSession *session = mem_new(ctx, Pb__LoginSession);
    pb__login_session__init(session);
    session->id = pg_get_bytes(ctx, r, row, 6);
    if (!pg_is_null(r, row, 0))
        session->device = read_device(ctx, r, row);
    session->created_at_us = pg_get_int8(r, row, 7);
    session->has_last_used_at_us = true;
    session->last_used_at_us = pg_get_int8(r, row, 8);
    return session;
}

enum err session_store_of_member(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, int64_t idle_before_us,
                                 Pb__LoginSessionList *ret_list)
{
    struct pg_args *args = pg_args(ctx, &OF_MEMBER);
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
