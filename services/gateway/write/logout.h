/* POST /v1/auth/logout: either token is enough. A refresh token is a secret and goes straight to auth; without one the
 * session of the access token is ended by a message, as any other. */
#ifndef SOTAY_GATEWAY_LOGOUT_H
#define SOTAY_GATEWAY_LOGOUT_H

struct call;

/* `run` of its row. Replies now or later; does not block. */
void logout_run(struct call *call);

#endif
