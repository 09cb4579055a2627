/* The first sign-in ever of a member: from then on the account is activated. On a query worker's thread. */
#ifndef SOTAY_AUTH_FIRST_SIGN_IN_H
#define SOTAY_AUTH_FIRST_SIGN_IN_H

#include "common/service/service.h"

/* In the caller's transaction, which opens `session`; says so if it is the first. Blocks for one round trip; errors as
 * pg_flush. */
MUST_CHECK enum err first_sign_in(struct query *query, const struct uuid *member, const struct uuid *session);

#endif
