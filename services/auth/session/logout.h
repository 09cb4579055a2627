/* The call Logout, answered at once and never on the queue: it carries a refresh token. On a query worker's thread, in
 * a transaction of its own. */
#ifndef SOTAY_AUTH_LOGOUT_H
#define SOTAY_AUTH_LOGOUT_H

#include "common/service/service.h"

/* Ends the session of the refresh token, whether or not the token was used, and that of the access token which came
 * with it. One that has ended stays so. ERR_TOKEN_INVALID: neither names a session. */
enum err logout_call(struct query *query);

#endif
