#include "services/auth/account/own_account.h"

#include "common/base/mem.h"
#include "services/auth/account/link_store.h"
#include "services/auth/position/position_store.h"
#include "services/auth/session/session_end.h"
#include "services/auth/session/sign_in.h"

enum err own_account_read(struct query *query, struct own_account *ret_own)
{
    struct uuid member, session;
    const Pb__Actor *actor = query->actor;
    bool found = false;
    if (!actor || uuid_from_pb(actor->member_id, &member) || uuid_from_pb(actor->session_id, &session))
        return ERR_TOKEN_INVALID;
    enum err err = account_store_own(query->pg, query->ctx, &member, &session, &found, ret_own);
    if (err)
        return err;
    return found ? ERR_OK : ERR_SESSION_ENDED;
}

static Pb__Grant *grant_of(TALLOC_CTX *ctx, const Pb__Member__RoleHeld *held)
{
    Pb__Grant *grant = mem_new(ctx, Pb__Grant);
    pb__grant__init(grant);
    grant->role = held->role;
    grant->organization_id = held->organization->id;
    return grant;
}

enum err own_account_scope(struct query *query, const struct own_account *own)
{
    struct pg_result *rows = position_store_held_queue(query->pg, query->ctx, &own->member, 1);
    size_t n;
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    Pb__Member__RoleHeld **held = position_store_held_by(query->ctx, rows, &own->member, &n);
    if (own->suspended)
        n = 0;
    Pb__Scope *scope = mem_new(query->ctx, Pb__Scope);
    pb__scope__init(scope);
    scope->has_member_id = scope->has_branch_id = true;
    scope->member_id = uuid_to_pb(query->ctx, &own->member);
    scope->branch_id = uuid_to_pb(query->ctx, &own->branch);
    scope->grants = mem_array(query->ctx, Pb__Grant *, n + 1);
    for (; scope->n_grants < n; scope->n_grants++)
        scope->grants[scope->n_grants] = grant_of(query->ctx, held[scope->n_grants]);
    query->scope = scope;
    return ERR_OK;
}

enum err own_account_attempt(struct query *query, const struct own_account *own, enum attempt_kind kind,
                             struct attempt *ret_attempt)
{
    return attempt_begin(
        query,
        &(struct attempt_by){
            .kind = kind, .card_number = own->card_number, .session = &own->session, .known_device = true},
        ret_attempt);
}

static bool is_among(const struct pg_result *live, const struct uuid *session)
{
    for (size_t i = 0; i < pg_rows(live); i++) {
        struct uuid id = session_store_loaded(live, i).id;
        if (uuid_equal(&id, session))
            return true;
    }
    return false;
}

/* The account is locked before its sessions: a change that waited for another one finds what that ended. */
enum err own_account_hold(struct query *query, const struct own_account *own)
{
    const struct account_proof proof = {own->member, own->password_hash, own->totp_secret};
    bool holds = false;
    pg_queue_sql(query->pg, "BEGIN");
    enum err err = account_store_hold(query->pg, query->ctx, &proof, &holds);
    if (err)
        return sign_in_refuse(query, err);
    struct pg_result *live = session_store_lock_live_queue(query->pg, query->ctx, &own->member, 1);
    err = pg_flush(query->pg);
    if (!err && !is_among(live, &own->session))
        err = ERR_SESSION_ENDED;
    if (!err && !holds)
        err = ERR_WRONG_STATE;
    return err ? sign_in_refuse(query, err) : ERR_OK;
}

/* The code goes first: a session that it opens meanwhile is one of those that end. */
enum err own_account_end_others(struct query *query, const struct own_account *own, struct loop_outbox **ret_outbox)
{
    struct uuid cause = uuid_random_at(query->now_us);
    struct loop_outbox *outbox = loop_outbox_new(query->ctx, &cause, query->now_us);
    const struct session_ending ending = {
        .members = &own->member, .n_members = 1, .kept = &own->session, .now_us = query->now_us};
    link_store_forget_queue(query->pg, query->ctx, &own->member);
    enum err err = session_end(query->pg, query->ctx, &ending, outbox);
    if (!err)
        *ret_outbox = outbox;
    return err;
}
