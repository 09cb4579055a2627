#include "services/auth/session/refresh.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "services/auth/session/session.h"
#include "services/auth/session/session_facts.h"
#include "services/auth/session/session_store.h"
#include "services/auth/session/sign_in.h"
#include "services/auth/session/token.h"
#include <sodium.h>

struct renewal {
    const char *token, *key;
    uint8_t token_hash[TOKEN_HASH_BYTES], key_hash[TOKEN_HASH_BYTES];
    struct presented_token found;
};

static enum refresh_answer decide(const struct renewal *r, int64_t now_us)
{
    struct refresh_state state = {
        .session_lives = session_lives(r->found.session_ended, r->found.last_used_at_us, now_us),
        .used = r->found.used,
        .successor_used = r->found.successor_used};
    state.same_key = state.used && r->found.key_hash.len == TOKEN_HASH_BYTES &&
                     sodium_memcmp(r->found.key_hash.data, r->key_hash, TOKEN_HASH_BYTES) == 0;
    return r->found.found && !r->found.member_left ? session_refresh(&state) : REFRESH_REFUSED;
}

static enum err end_family(struct query *query, const struct renewal *r)
{
    struct loop_outbox *outbox = loop_outbox_new(query->ctx, &r->found.session, query->now_us);
    struct pg_args *end = session_store_end(query->ctx);
    loop_outbox_event(outbox, TOPIC_AUTH_EVENTS, &r->found.member,
                      &session_ended(query->ctx, &r->found.session, &r->found.member)->base);
    loop_outbox_tag(outbox, TAG_SESSIONS, &r->found.member);
    session_store_end_add(end, &r->found.session, clock_now_us());
    pg_queue(query->pg, end);
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
    token_refresh_successor(keys_current(), r->token, r->key, token);
    token_hash(keys_current(), token, hash);
    if (is_new)
        session_store_successor_queue(query->pg, query->ctx,
                                      &(struct successor){r->token_hash, r->key_hash, hash, r->found.session, now_us});
    session_store_touch_queue(query->pg, query->ctx, &r->found.session, now_us);
    pg_queue_sql(query->pg, "COMMIT");
    enum err err = pg_flush(query->pg);
    return err ? err
               : sign_in_reply(query,
                               &(struct signed_in){r->found.member, r->found.session, r->found.generation, token});
}

enum err refresh_call(struct query *query)
{
    const Pb__Refresh *body = (const Pb__Refresh *)query->body;
    struct renewal r = {.token = body->refresh_token, .key = body->key ? body->key : ""};
    token_hash(keys_current(), r.token, r.token_hash);
    token_hash(keys_current(), r.key, r.key_hash);
    enum err err = session_store_refresh_begin(query->pg, query->ctx, r.token_hash, &r.found);
    if (err)
        return err;
    switch (decide(&r, clock_now_us())) {
    case REFRESH_NEW: return give_successor(query, &r, true);
    case REFRESH_SAME: return give_successor(query, &r, false);
    case REFRESH_END_FAMILY: return end_family(query, &r);
    default: return sign_in_refuse(query, ERR_TOKEN_INVALID);
    }
}
