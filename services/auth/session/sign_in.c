#include "services/auth/session/sign_in.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/auth/member/member_view_store.h"
#include "services/auth/session/session_store.h"

static void queue_tag(struct query *query, const struct uuid *cause, const struct uuid *member)
{
    struct loop_outbox *outbox = loop_outbox_new(query->ctx, cause, query->now_us);
    loop_outbox_tag(outbox, TAG_SESSIONS, member);
    loop_outbox_queue(outbox, query->pg);
}

void sign_in_open_queue(struct query *query, const struct opening *opening, struct opened *ret_opened)
{
    uint8_t hash[TOKEN_HASH_BYTES];
    struct new_session session = {.id = uuid_random(),
                                  .member = opening->member,
                                  .device_id = opening->device_id,
                                  .now_us = clock_now_us(),
                                  .has_totp_step = opening->has_totp_step,
                                  .totp_step = opening->totp_step};
    ret_opened->session = session.id;
    token_refresh_sign(keys_current(), &(struct refresh_claims){session.id, REFRESH_FIRST_NUMBER},
                       ret_opened->refresh_token);
    token_hash(keys_current(), ret_opened->refresh_token, hash);
    session_store_add_queue(query->pg, query->ctx, &session);
    session_store_add_token_queue(query->pg, query->ctx, hash, &session.id, session.now_us);
    queue_tag(query, &session.id, &session.member);
}

enum err sign_in_reply(struct query *query, const struct signed_in *in)
{
    struct access_claims claims = {
        .member = in->member, .session = in->session, .generation = in->generation, .issued_at_us = clock_now_us()};
    Pb__Session *session = mem_new(query->ctx, Pb__Session);
    pb__session__init(session);
    session->access_token = token_sign(query->ctx, keys_current(), &claims);
    session->token_type = mem_text(query->ctx, "Bearer");
    session->expires_in = ACCESS_TOKEN_LIFETIME_S;
    session->refresh_token = mem_text(query->ctx, in->refresh_token);
    if (!session->access_token)
        return ERR_INTERNAL;
    enum err err = member_view_store_read(query->pg, query->ctx, &in->member, &session->member);
    if (err)
        return err;
    query->reply = &session->base;
    query->private_reply = true;
    return session->member ? ERR_OK : ERR_INTERNAL;
}

enum err sign_in_refuse(struct query *query, enum err refusal)
{
    pg_queue_sql(query->pg, "ROLLBACK");
    enum err failed = pg_flush(query->pg);
    return failed ? failed : refusal;
}
