#include "services/auth/account/change_password.h"

#include "services/auth/account/account_store.h"
#include "services/auth/account/attempt.h"
#include "services/auth/account/own_account.h"
#include "services/auth/account/password.h"
#include "services/auth/account/password_rule.h"
#include "services/auth/session/session_end.h"
#include "services/auth/session/sign_in.h"
#include "sotay/v1/auth.pb-c.h"
#include <string.h>

static enum err check_new(struct query *query, const struct own_account *own)
{
    const Pb__ChangePassword *body = (const Pb__ChangePassword *)query->body;
    enum err err = password_rule(body->new_, own->card_number);
    if (!err && strcmp(body->new_, body->current) == 0)
        err = ERR_FIELD_PASSWORD_SAME;
    return err ? query_field(query, "/new", err) : ERR_OK;
}

/* *ret_is_done: it is the new one already, as where the answer to the first call was lost. */
static enum err check_current(struct query *query, const struct own_account *own, bool *ret_is_done)
{
    const Pb__ChangePassword *body = (const Pb__ChangePassword *)query->body;
    bool matches = false;
    enum err err = password_verify(own->password_hash, body->current, &matches);
    if (!err && !matches)
        err = password_verify(own->password_hash, body->new_, ret_is_done);
    if (err)
        return err;
    return matches || *ret_is_done ? ERR_OK : query_field(query, "/current", ERR_FIELD_PASSWORD_WRONG);
}

/* What the first call said may not be known yet. */
static enum err repeat(struct query *query, const struct attempt *attempt)
{
    struct uuid cause = uuid_random_at(query->now_us);
    pg_queue_sql(query->pg, "BEGIN");
    attempt_succeed_queue(query, attempt);
    return session_end_commit(query, loop_outbox_new(query->ctx, &cause, query->now_us));
}

/* Somebody may have changed it since it was proved: then `current` is no longer the current one. */
static enum err hold(struct query *query, const struct own_account *own)
{
    enum err err = own_account_hold(query, own);
    return err == ERR_WRONG_STATE ? query_field(query, "/current", ERR_FIELD_PASSWORD_WRONG) : err;
}

static enum err keep(struct query *query, const struct own_account *own, const struct attempt *attempt,
                     const char *hash)
{
    struct loop_outbox *outbox = NULL;
    enum err err = hold(query, own);
    if (err)
        return err;
    account_store_set_password_queue(query->pg, query->ctx, &own->member, hash, query->now_us);
    err = own_account_end_others(query, own, &outbox);
    if (err)
        return sign_in_refuse(query, err);
    attempt_succeed_queue(query, attempt);
    return session_end_commit(query, outbox);
}

enum err change_password_call(struct query *query)
{
    struct own_account own;
    struct attempt attempt;
    char hash[PASSWORD_HASH_BYTES];
    bool is_done = false;
    enum err err = own_account_read(query, &own);
    if (!err)
        err = check_new(query, &own);
    if (!err)
        err = own_account_attempt(query, &own, ATTEMPT_ACCOUNT, &attempt);
    if (!err)
        err = check_current(query, &own, &is_done);
    if (!err && is_done)
        return repeat(query, &attempt);
    if (!err)
        err = password_make(((const Pb__ChangePassword *)query->body)->new_, hash);
    return err ? err : keep(query, &own, &attempt, hash);
}
