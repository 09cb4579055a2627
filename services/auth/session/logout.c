#include "services/auth/session/logout.h"

#include "services/auth/session/session_end.h"
#include "services/auth/session/sign_in.h"
#include "services/auth/session/token.h"
#include "sotay/v1/auth.pb-c.h"

/* What the call names: at most the sessions of both tokens. */
struct named {
    struct uuid sessions[2];
    size_t n;
};

static enum err name_sessions(struct query *query, struct named *named)
{
    const char *token = ((const Pb__Logout *)query->body)->refresh_token;
    struct refresh_claims claims;
    uint8_t hash[TOKEN_HASH_BYTES];
    bool found = false;
    token_hash(keys_current(), token ? token : "", hash);
    (void)token_refresh_read(keys_current(), token ? token : "", &claims); /* else it is known by its hash */
    enum err err = session_store_find_family(query->pg, query->ctx, hash, &claims, &found, &named->sessions[0]);
    if (err)
        return err;
    named->n = found;
    if (query->actor && !uuid_from_pb(query->actor->session_id, &named->sessions[named->n]))
        named->n++;
    return named->n > 0 ? ERR_OK : ERR_TOKEN_INVALID;
}

enum err logout_call(struct query *query)
{
    struct named named = {.n = 0};
    enum err err = name_sessions(query, &named);
    if (err)
        return err;
    struct uuid cause = uuid_random_at(query->now_us);
    struct loop_outbox *outbox = loop_outbox_new(query->ctx, &cause, query->now_us);
    const struct session_ending ending = {.sessions = named.sessions, .n_sessions = named.n, .now_us = query->now_us};
    pg_queue_sql(query->pg, "BEGIN");
    err = session_end(query->pg, query->ctx, &ending, outbox);
    if (err)
        return sign_in_refuse(query, err);
    return session_end_commit(query, outbox);
}
