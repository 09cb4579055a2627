/* Login and refresh: calls that carry secrets, answered at once and never on the queue. They run on a query worker and
 * write in transactions of their own. Wall clock throughout: tokens and codes do not follow the demo clock. */
#include "services/auth/service.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "services/auth/auth.h"
#include "services/auth/password.h"
#include "services/auth/store.h"
#include "services/auth/token.h"
#include "services/auth/totp.h"
#include "sotay/v1/auth.pb-c.h"
#include <ctype.h>
#include <sodium.h>
#include <string.h>

/* --- the answer --- */

struct signed_in {
    struct uuid member, session;
    uint32_t generation;
    const char *refresh_token;
};

static enum err reply_session(struct query *query, const struct signed_in *in)
{
    struct access_claims claims = {
        .member = in->member, .session = in->session, .generation = in->generation, .issued_at_us = clock_now_us()};
    Pb__Session *session = mem_new(query->ctx, Pb__Session);
    pb__session__init(session);
    session->access_token = token_sign(query->ctx, auth_keys(), &claims);
    session->token_type = mem_text(query->ctx, "Bearer");
    session->expires_in = ACCESS_TOKEN_LIFETIME_S;
    session->refresh_token = mem_text(query->ctx, in->refresh_token);
    if (!session->access_token)
        return ERR_INTERNAL;
    enum err err = store_read_member(query->pg, query->ctx, &in->member, &session->member);
    if (err)
        return err;
    query->reply = &session->base;
    query->private_reply = true;
    return session->member ? ERR_OK : ERR_INTERNAL;
}

static enum err rollback(struct query *query, enum err err)
{
    pg_queue_sql(query->pg, "ROLLBACK");
    enum err failed = pg_flush(query->pg);
    return failed ? failed : err;
}

/* --- throttling --- */

struct attempt {
    const Pb__Login *login;
    struct store_account account;
    uint8_t subjects[THROTTLE_COUNT][TOKEN_HASH_BYTES];
    bool has_step;
    int64_t step;
};

static void name_subjects(const struct query *query, struct attempt *attempt)
{
    const char *card = attempt->login->card_number,
               *device = attempt->login->device_id ? attempt->login->device_id : "";
    const char *peer = query->peer ? query->peer : "";
    token_subject_hash(auth_keys(), 3, (const char *const[]){card, device, peer}, attempt->subjects[THROTTLE_EXACT]);
    token_subject_hash(auth_keys(), 2, (const char *const[]){"account", card}, attempt->subjects[THROTTLE_ACCOUNT]);
    token_subject_hash(auth_keys(), 2, (const char *const[]){"peer", peer}, attempt->subjects[THROTTLE_PEER]);
}

/* The longest wait of the three. A device that was signed in before does not wait for what strangers do to its
 * account. */
static int64_t wait_us(const struct store_attempts *attempts, bool known_device, int64_t now_us)
{
    int64_t longest_us = 0;
    for (enum throttle kind = 0; kind < THROTTLE_COUNT; kind++) {
        if (kind == THROTTLE_ACCOUNT && known_device)
            continue;
        int64_t wait = auth_throttle_wait_us(kind, attempts->attempts[kind], attempts->last_at_us[kind], now_us);
        if (wait > longest_us)
            longest_us = wait;
    }
    return longest_us;
}

/* Counts the attempt before it is tried, so that many at once count as many. */
static enum err throttle(struct query *query, struct attempt *attempt)
{
    struct store_attempts attempts;
    int64_t now_us = clock_now_us();
    name_subjects(query, attempt);
    enum err err = store_throttle_begin(query->pg, query->ctx, attempt->subjects, &attempts);
    if (err)
        return err;
    int64_t wait = wait_us(&attempts, attempt->account.known_device, now_us);
    if (wait > 0) {
        query->retry_after_s = (uint32_t)((wait + CLOCK_SECOND_US - 1) / CLOCK_SECOND_US);
        return rollback(query, ERR_RATE_LIMITED);
    }
    for (size_t i = 0; i < THROTTLE_COUNT; i++) {
        attempts.attempts[i] = auth_throttle_count(attempts.attempts[i], attempts.last_at_us[i], now_us);
        attempts.last_at_us[i] = now_us;
    }
    return store_throttle_end(query->pg, query->ctx, attempt->subjects, &attempts);
}

/* --- login --- */

static enum err check_password(const struct attempt *attempt)
{
    bool matches = false;
    enum err err = password_verify(auth_passwords(), attempt->account.password_hash, attempt->login->password,
                                   &matches);
    if (err)
        return err;
    return matches ? ERR_OK : ERR_CREDENTIALS_INVALID;
}

/* A recovery code as people type it: any case, with or without its hyphen. */
static enum err use_recovery_code(struct query *query, const struct attempt *attempt)
{
    char code[16] = "";
    size_t n = 0;
    uint8_t hash[TOKEN_HASH_BYTES];
    bool used = false;
    for (const char *p = attempt->login->otp; *p && n + 1 < sizeof code; p++)
        if (isalnum((unsigned char)*p))
            code[n++] = (char)toupper((unsigned char)*p);
    token_subject_hash(auth_keys(), 2, (const char *const[]){"recovery", code}, hash);
    enum err err = store_recovery_use(query->pg, query->ctx, &attempt->account.member, hash, clock_now_us(), &used);
    if (err)
        return err;
    return used ? ERR_OK : ERR_OTP_INVALID;
}

static enum err check_otp(struct query *query, struct attempt *attempt)
{
    if (attempt->account.totp_secret.len == 0)
        return ERR_OK;
    if (!attempt->login->otp)
        return ERR_OTP_REQUIRED;
    if (!totp_is_code(attempt->login->otp))
        return use_recovery_code(query, attempt);
    attempt->has_step = true;
    return totp_find_step(auth_keys(), attempt->account.totp_secret, attempt->login->otp, clock_now_us(),
                          &attempt->step);
}

static void announce_activation(struct query *query, const struct attempt *attempt, const struct uuid *session)
{
    Pb__MemberActivated event = PB__MEMBER_ACTIVATED__INIT;
    struct loop_outbox *outbox = loop_outbox_new(query->ctx, session, query->now_us);
    event.member_id = uuid_to_pb(query->ctx, &attempt->account.member);
    event.activated_at_us = query->now_us;
    loop_outbox_event(outbox, TOPIC_AUTH_EVENTS, &attempt->account.member, &event.base);
    loop_outbox_queue(outbox, query->pg);
    store_activate_queue(query->pg, query->ctx, &attempt->account.member, query->now_us);
}

static void queue_tag(struct query *query, const struct uuid *cause, const struct uuid *member)
{
    struct loop_outbox *outbox = loop_outbox_new(query->ctx, cause, query->now_us);
    loop_outbox_tag(outbox, TAG_SESSIONS, member);
    loop_outbox_queue(outbox, query->pg);
}

static enum err open_session(struct query *query, const struct attempt *attempt)
{
    char token[REFRESH_TOKEN_BYTES];
    uint8_t hash[TOKEN_HASH_BYTES];
    struct store_session session = {.id = uuid_random(),
                                    .member = attempt->account.member,
                                    .device_id = attempt->login->device_id,
                                    .now_us = clock_now_us(),
                                    .has_totp_step = attempt->has_step,
                                    .totp_step = attempt->step};
    token_refresh_new(token);
    token_hash(auth_keys(), token, hash);
    pg_queue_sql(query->pg, "BEGIN");
    store_session_queue(query->pg, query->ctx, &session);
    store_refresh_token_queue(query->pg, query->ctx, hash, &session.id, session.now_us);
    store_throttle_clear_queue(query->pg, query->ctx, attempt->subjects);
    queue_tag(query, &session.id, &session.member);
    if (!attempt->account.activated)
        announce_activation(query, attempt, &session.id);
    pg_queue_sql(query->pg, "COMMIT");
    enum err err = pg_flush(query->pg);
    if (err == ERR_CONSTRAINT && strcmp(pg_constraint(query->pg), "session_totp_step") == 0)
        return ERR_OTP_INVALID;
    if (err)
        return err;
    return reply_session(query, &(struct signed_in){session.member, session.id, attempt->account.generation, token});
}

enum err auth_login(struct query *query)
{
    struct attempt attempt = {.login = (const Pb__Login *)query->body};
    enum err err = store_account_find(query->pg, query->ctx, attempt.login->card_number, attempt.login->device_id,
                                      &attempt.account);
    if (!err)
        err = throttle(query, &attempt);
    if (!err)
        err = check_password(&attempt);
    if (!err)
        err = check_otp(query, &attempt);
    return err ? err : open_session(query, &attempt);
}

/* --- refresh --- */

struct renewal {
    const char *token, *key;
    uint8_t token_hash[TOKEN_HASH_BYTES], key_hash[TOKEN_HASH_BYTES];
    struct store_refresh found;
};

static enum refresh_answer decide(const struct renewal *r, int64_t now_us)
{
    struct refresh_state state = {
        .session_lives = auth_session_lives(r->found.session_ended, r->found.last_used_at_us, now_us),
        .used = r->found.used,
        .successor_used = r->found.successor_used};
    state.same_key = state.used && r->found.key_hash.len == TOKEN_HASH_BYTES &&
                     sodium_memcmp(r->found.key_hash.data, r->key_hash, TOKEN_HASH_BYTES) == 0;
    return r->found.found && !r->found.member_left ? auth_refresh(&state) : REFRESH_REFUSED;
}

static enum err end_family(struct query *query, const struct renewal *r)
{
    Pb__SessionEnded event = PB__SESSION_ENDED__INIT;
    struct loop_outbox *outbox = loop_outbox_new(query->ctx, &r->found.session, query->now_us);
    event.session_id = uuid_to_pb(query->ctx, &r->found.session);
    event.member_id = uuid_to_pb(query->ctx, &r->found.member);
    loop_outbox_event(outbox, TOPIC_AUTH_EVENTS, &r->found.member, &event.base);
    loop_outbox_tag(outbox, TAG_SESSIONS, &r->found.member);
    store_session_end_queue(query->pg, query->ctx, &r->found.session, clock_now_us());
    loop_outbox_queue(outbox, query->pg);
    pg_queue_sql(query->pg, "COMMIT");
    enum err err = pg_flush(query->pg);
    log_warn("session_family_ended", "reason=refresh_token_with_two_keys");
    return err ? err : ERR_TOKEN_INVALID;
}

static enum err give_successor(struct query *query, const struct renewal *r, bool is_new)
{
    char token[REFRESH_TOKEN_BYTES];
    uint8_t hash[TOKEN_HASH_BYTES];
    int64_t now_us = clock_now_us();
    token_refresh_successor(auth_keys(), r->token, r->key, token);
    token_hash(auth_keys(), token, hash);
    if (is_new)
        store_successor_queue(query->pg, query->ctx,
                              &(struct store_successor){r->token_hash, r->key_hash, hash, r->found.session, now_us});
    store_session_touch_queue(query->pg, query->ctx, &r->found.session, now_us);
    pg_queue_sql(query->pg, "COMMIT");
    enum err err = pg_flush(query->pg);
    return err ? err
               : reply_session(query,
                               &(struct signed_in){r->found.member, r->found.session, r->found.generation, token});
}

enum err auth_refresh_call(struct query *query)
{
    const Pb__Refresh *body = (const Pb__Refresh *)query->body;
    struct renewal r = {.token = body->refresh_token, .key = body->key ? body->key : ""};
    token_hash(auth_keys(), r.token, r.token_hash);
    token_hash(auth_keys(), r.key, r.key_hash);
    enum err err = store_refresh_begin(query->pg, query->ctx, r.token_hash, &r.found);
    if (err)
        return err;
    switch (decide(&r, clock_now_us())) {
    case REFRESH_NEW: return give_successor(query, &r, true);
    case REFRESH_SAME: return give_successor(query, &r, false);
    case REFRESH_END_FAMILY: return end_family(query, &r);
    default: return rollback(query, ERR_TOKEN_INVALID);
    }
}
