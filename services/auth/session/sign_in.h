/* What the calls that open or renew a session share. On a query worker's thread. */
#ifndef SOTAY_AUTH_SIGN_IN_H
#define SOTAY_AUTH_SIGN_IN_H

#include "common/service/service.h"

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
