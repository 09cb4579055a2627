#include "services/auth/session/sign_in.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/auth/member/member_view_store.h"
#include "services/auth/session/token.h"

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
