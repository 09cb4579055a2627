#include "services/auth/account/login.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/auth/account/account_facts.h"
#include "services/auth/account/account_store.h"
#include "services/auth/account/password.h"
#include "services/auth/account/throttle_store.h"
#include "services/auth/account/totp.h"
#include "services/auth/session/session_store.h"
#include "services/auth/session/sign_in.h"
#include <ctype.h>
#include <string.h>

/* --- throttling --- */

struct attempt {
    const Pb__Login *login;
    struct account account;
    uint8_t subjects[THROTTLE_COUNT][TOKEN_HASH_BYTES];
    bool has_step;
    int64_t step;
};

static void name_subjects(const struct query *query, struct attempt *attempt)
{
    const char *card = attempt->login->card_number,
               *device = attempt->login->device_id ? attempt->login->device_id : "";
    const char *peer = query->peer ? query->peer : "";
    token_subject_hash(keys_current(), 3, (const char *const[]){card, device, peer}, attempt->subjects[THROTTLE_EXACT]);
    token_subject_hash(keys_current(), 2, (const char *const[]){"account", card}, attempt->subjects[THROTTLE_ACCOUNT]);
    token_subject_hash(keys_current(), 2, (const char *const[]){"peer", peer}, attempt->subjects[THROTTLE_PEER]);
}

/* The longest wait of the three. A device that was signed in before does not wait for what strangers do to its
 * account. */
static int64_t wait_us(const struct throttle_attempts *attempts, bool known_device, int64_t now_us)
{
    int64_t longest_us = 0;
    for (enum throttle kind = 0; kind < THROTTLE_COUNT; kind++) {
        if (kind == THROTTLE_ACCOUNT && known_device)
            continue;
        int64_t wait = throttle_wait_us(kind, attempts->attempts[kind], attempts->last_at_us[kind], now_us);
        if (wait > longest_us)
            longest_us = wait;
    }
    return longest_us;
}

/* Counts the attempt before it is tried, so that many at once count as many. */
static enum err throttle(struct query *query, struct attempt *attempt)
{
    struct throttle_attempts attempts;
    int64_t now_us = clock_now_us();
    name_subjects(query, attempt);
    enum err err = throttle_store_begin(query->pg, query->ctx, attempt->subjects, &attempts);
    if (err)
        return err;
    int64_t wait = wait_us(&attempts, attempt->account.known_device, now_us);
    if (wait > 0) {
        query->retry_after_s = (uint32_t)((wait + CLOCK_SECOND_US - 1) / CLOCK_SECOND_US);
        return sign_in_refuse(query, ERR_RATE_LIMITED);
    }
    for (size_t i = 0; i < THROTTLE_COUNT; i++) {
        attempts.attempts[i] = throttle_count(attempts.attempts[i], attempts.last_at_us[i], now_us);
        attempts.last_at_us[i] = now_us;
    }
    return throttle_store_end(query->pg, query->ctx, attempt->subjects, &attempts);
}

/* --- login --- */

static enum err check_password(const struct attempt *attempt)
{
    bool matches = false;
    enum err err = password_verify(attempt->account.password_hash, attempt->login->password, &matches);
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
    token_subject_hash(keys_current(), 2, (const char *const[]){"recovery", code}, hash);
    enum err err = account_store_use_recovery_code(query->pg, query->ctx, &attempt->account.member, hash,
                                                   clock_now_us(), &used);
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
    return totp_find_step(keys_current(), attempt->account.totp_secret, attempt->login->otp, clock_now_us(),
                          &attempt->step);
}

static void activate(struct query *query, const struct attempt *attempt, const struct uuid *session)
{
    const struct uuid *member = &attempt->account.member;
    struct loop_outbox *outbox = loop_outbox_new(query->ctx, session, query->now_us);
    loop_outbox_event(outbox, TOPIC_AUTH_EVENTS, member, &account_activated(query->ctx, member, query->now_us)->base);
    loop_outbox_queue(outbox, query->pg);
    account_store_activate_queue(query->pg, query->ctx, member, query->now_us);
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
    struct new_session session = {.id = uuid_random(),
                                  .member = attempt->account.member,
                                  .device_id = attempt->login->device_id,
                                  .now_us = clock_now_us(),
                                  .has_totp_step = attempt->has_step,
                                  .totp_step = attempt->step};
    token_refresh_sign(keys_current(), &(struct refresh_claims){session.id, REFRESH_FIRST_NUMBER}, token);
    token_hash(keys_current(), token, hash);
    pg_queue_sql(query->pg, "BEGIN");
    session_store_add_queue(query->pg, query->ctx, &session);
    session_store_add_token_queue(query->pg, query->ctx, hash, &session.id, session.now_us);
    throttle_store_clear_queue(query->pg, query->ctx, attempt->subjects);
    queue_tag(query, &session.id, &session.member);
    if (!attempt->account.activated)
        activate(query, attempt, &session.id);
    pg_queue_sql(query->pg, "COMMIT");
    enum err err = pg_flush(query->pg);
    if (err == ERR_CONSTRAINT && strcmp(pg_constraint(query->pg), "session_totp_step") == 0)
        return ERR_OTP_INVALID;
    if (err)
        return err;
    return sign_in_reply(query, &(struct signed_in){session.member, session.id, attempt->account.generation, token});
}

static enum err login(struct query *query)
{
    struct attempt attempt = {.login = (const Pb__Login *)query->body};
    enum err err = account_store_find(query->pg, query->ctx, attempt.login->card_number, attempt.login->device_id,
                                      &attempt.account);
    if (!err)
        err = throttle(query, &attempt);
    if (!err)
        err = check_password(&attempt);
    if (!err)
        err = check_otp(query, &attempt);
    return err ? err : open_session(query, &attempt);
}

static const struct query_handler ROWS[] = {
    {&pb__login__descriptor, login},
};
const struct query_table ACCOUNT_QUERIES = QUERY_TABLE(ROWS);
