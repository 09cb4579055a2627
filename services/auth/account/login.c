#include "services/auth/account/login.h"

#include "services/auth/account/account_store.h"
#include "services/auth/account/attempt.h"
#include "services/auth/account/change_password.h"
#include "services/auth/account/first_sign_in.h"
#include "services/auth/account/password.h"
#include "services/auth/account/second_factor.h"
#include "services/auth/account/typed.h"
#include "services/auth/session/sign_in.h"
#include "sotay/v1/auth.pb-c.h"
#include <string.h>

struct credentials {
    const Pb__Login *login;
    const char *card_number, *otp; /* as typed, put right; otp: or NULL */
    struct account account;
    struct attempt attempt;
    struct one_time_step step;
};

static enum err check_password(const struct credentials *c)
{
    bool matches = false;
    enum err err = password_verify(c->account.password_hash, c->login->password, &matches);
    if (err)
        return err;
    return matches ? ERR_OK : ERR_CREDENTIALS_INVALID;
}

static enum err check_otp(struct query *query, struct credentials *c)
{
    if (c->account.totp_secret.len == 0)
        return ERR_OK;
    if (!c->otp)
        return ERR_OTP_REQUIRED;
    return second_factor_check(query, &c->account.member, c->account.totp_secret, c->otp, &c->step);
}

/* Opens a transaction. What was proved with a password or without a factor that are others by now opens no session. */
static enum err hold(struct query *query, const struct account *account)
{
    const struct account_proof proof = {account->member, account->password_hash, account->totp_secret};
    bool holds = false;
    pg_queue_sql(query->pg, "BEGIN");
    enum err err = account_store_hold(query->pg, query->ctx, &proof, &holds);
    if (!err && !holds)
        err = ERR_CREDENTIALS_INVALID;
    return err ? sign_in_refuse(query, err) : ERR_OK;
}

static enum err open_session(struct query *query, const struct credentials *c)
{
    struct opened opened;
    const struct opening opening = {.member = c->account.member,
                                    .device_id = c->login->device_id,
                                    .has_totp_step = c->step.found,
                                    .totp_step = c->step.number};
    enum err err = hold(query, &c->account);
    if (err)
        return err;
    sign_in_open_queue(query, &opening, &opened);
    if (!c->account.activated)
        err = first_sign_in(query, &c->account.member, &opened.session);
    if (!err) {
        attempt_succeed_queue(query, &c->attempt);
        pg_queue_sql(query->pg, "COMMIT");
        err = pg_flush(query->pg);
    }
    if (err == ERR_CONSTRAINT && strcmp(pg_constraint(query->pg), "session_totp_step") == 0)
        return ERR_OTP_INVALID;
    if (err)
        return err;
    return sign_in_reply(
        query, &(struct signed_in){c->account.member, opened.session, c->account.generation, opened.refresh_token});
}

static enum err login(struct query *query)
{
    const Pb__Login *body = (const Pb__Login *)query->body;
    struct credentials c = {.login = body,
                            .card_number = typed_card(query->ctx, body->card_number),
                            .otp = body->otp ? typed_code(query->ctx, body->otp) : NULL};
    enum err err = account_store_find(query->pg, query->ctx, c.card_number, body->device_id, &c.account);
    if (!err)
        err = attempt_begin(query,
                            &(struct attempt_by){.kind = ATTEMPT_ACCOUNT,
                                                 .card_number = c.card_number,
                                                 .device_id = body->device_id,
                                                 .known_device = c.account.known_device},
                            &c.attempt);
    if (!err)
        err = check_password(&c);
    if (!err)
        err = check_otp(query, &c);
    return err ? err : open_session(query, &c);
}

static const struct query_handler ROWS[] = {
    {&pb__login__descriptor, login, .is_slow = true},
    {&pb__change_password__descriptor, change_password_call, .is_slow = true},
};
const struct query_table ACCOUNT_QUERIES = QUERY_TABLE(ROWS);
