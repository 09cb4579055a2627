/* What the calls that open or renew a session share. On a query worker's thread. */
#ifndef SOTAY_AUTH_SIGN_IN_H
#define SOTAY_AUTH_SIGN_IN_H

#include "common/service/service.h"
#include "services/auth/session/token.h"

/* A session that is about to be opened. */
struct opening {
    struct uuid member;
    const char *device_id; /* or NULL */
    bool has_totp_step;
    int64_t totp_step;
};
struct opened {
    struct uuid session;
    char refresh_token[REFRESH_TOKEN_BYTES];
};
/* Queues the session and its first refresh token, in the caller's transaction. Constraint session_totp_step: this step
 * has opened a session on this device before. */
void sign_in_open_queue(struct query *query, const struct opening *opening, struct opened *ret_opened);

struct signed_in {
    struct uuid member, session;
    uint32_t generation;
    const char *refresh_token;
};
/* Replies with an access token, the refresh token and the member; nobody keeps a copy. Blocks for one round trip.
 * ERR_INTERNAL: the token cannot be signed, or there is no such member. */
MUST_CHECK enum err sign_in_reply(struct query *query, const struct signed_in *in);
/* Rolls the open transaction back and returns `refusal`, or why rolling back failed. */
MUST_CHECK enum err sign_in_refuse(struct query *query, enum err refusal);

#endif
