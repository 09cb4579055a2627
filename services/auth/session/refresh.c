#include "services/auth/session/refresh.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "services/auth/session/session.h"
#include "services/auth/session/session_end.h"
#include "services/auth/session/sign_in.h"
#include "services/auth/session/token.h"
#include <sodium.h>

enum { AHEAD_RETRY_S = 5 };

struct renewal {
    const char *token, *key;
    uint8_t token_hash[TOKEN_HASH_BYTES], key_hash[TOKEN_HASH_BYTES];
    struct refresh_claims claims;
    struct presented_token found;
};

static enum refresh_answer decide(const struct query *query, const struct renewal *r, int64_t now_us)
{
    const struct presented_token *found = &r->found;
    struct refresh_state state = {.session_lives = session_lives(found->session_ended, found->last_used_at_us, now_us),
                                  .known = found->known,
                                  .used = found->used,
                                  .successor_used = found->successor_used,
                                  .ahead = r->claims.number > found->newest_number,
                                  .restoration = found->restoration.number,
                                  .restoration_taken = found->restoration_taken,
                                  .caught_up = true};
    if (state.restoration > state.restoration_taken)
        state.caught_up = service_has_read(query->service, query->pg, "projections", &found->restoration);
    state.same_key = state.used && found->key_hash.len == TOKEN_HASH_BYTES &&
                     sodium_memcmp(found->key_hash.data, r->key_hash, TOKEN_HASH_BYTES) == 0;
    return found->found && !found->member_left ? session_refresh(&state) : REFRESH_ENDED;
}

static enum err end_family(struct query *query, const struct renewal *r)
{
    struct uuid cause = uuid_random_at(query->now_us);
    struct loop_outbox *outbox = loop_outbox_new(query->ctx, &cause, query->now_us);
    const struct session_ending ending = {.sessions = &r->found.session, .n_sessions = 1, .now_us = query->now_us};
    enum err err = session_end(query->pg, query->ctx, &ending, outbox);
    if (err)
        return sign_in_refuse(query, err);
    err = session_end_commit(query, outbox);
    if (err)
        return err;
    log_warn("session_family_ended", "reason=refresh_token_with_two_keys");
    return ERR_SESSION_ENDED;
}

/* The number of the successor; its text follows from it. Given again it is the family's newest: it was not used yet. */
static int64_t successor_number(const struct renewal *r, bool is_new)
{
    int64_t newest = r->found.newest_number, presented = r->claims.number;
    return is_new ? (newest > presented ? newest : presented) + 1 : newest;
}

static void make_successor(const struct renewal *r, int64_t number, char ret_token[REFRESH_TOKEN_BYTES])
{
    if (number < REFRESH_FIRST_NUMBER)
        token_refresh_unsigned_successor(keys_current(), r->token, r->key, ret_token);
    else
        token_refresh_sign(keys_current(), &(struct refresh_claims){r->found.session, number}, ret_token);
}

static enum err give_successor(struct query *query, const struct renewal *r, bool is_new)
{
    char token[REFRESH_TOKEN_BYTES];
    uint8_t hash[TOKEN_HASH_BYTES];
    int64_t now_us = clock_now_us(), number = successor_number(r, is_new);
    make_successor(r, number, token);
    token_hash(keys_current(), token, hash);
    if (is_new)
        session_store_successor_queue(query->pg, query->ctx,
                                      &(struct successor){.used_hash = r->token_hash,
                                                          .key_hash = r->key_hash,
                                                          .successor_hash = hash,
                                                          .session = r->found.session,
                                                          .number = number,
                                                          .restoration = r->found.restoration.number,
                                                          .now_us = now_us});
    session_store_touch_queue(query->pg, query->ctx, &r->found.session, now_us);
    pg_queue_sql(query->pg, "COMMIT");
    enum err err = pg_flush(query->pg);
    return err ? err
               : sign_in_reply(query,
                               &(struct signed_in){r->found.member, r->found.session, r->found.generation, token});
}

/* A number that the database does not know yet: once it is marked as restored, and has heard what it had ended. */
static enum err refuse_for_now(struct query *query, const struct renewal *r)
{
    if (r->found.restoration.number == 0)
        log_warn("refresh_ahead", "detail=\"a client has a newer refresh token than the database knows: if it came "
                                  "back from a backup, mark-restored was forgotten\"");
    query->retry_after_s = AHEAD_RETRY_S;
    return sign_in_refuse(query, ERR_UNAVAILABLE);
}

enum err refresh_call(struct query *query)
{
    const Pb__Refresh *body = (const Pb__Refresh *)query->body;
    struct renewal r = {.token = body->refresh_token, .key = body->key ? body->key : ""};
    token_hash(keys_current(), r.token, r.token_hash);
    token_hash(keys_current(), r.key, r.key_hash);
    bool is_ours = token_refresh_read(keys_current(), r.token, &r.claims);
    enum err err = session_store_refresh_begin(query->pg, query->ctx, r.token_hash, &r.claims, &r.found);
    if (err)
        return err;
    if (!is_ours && !r.found.found) /* one that is not signed is known by its hash */
        return sign_in_refuse(query, ERR_TOKEN_INVALID);
    switch (decide(query, &r, clock_now_us())) {
    case REFRESH_NEW: return give_successor(query, &r, true);
    case REFRESH_SAME: return give_successor(query, &r, false);
    case REFRESH_LATER: return refuse_for_now(query, &r);
    case REFRESH_END_FAMILY: return end_family(query, &r);
    case REFRESH_SUPERSEDED: return sign_in_refuse(query, ERR_TOKEN_SUPERSEDED);
    default: return sign_in_refuse(query, ERR_SESSION_ENDED);
    }
}
