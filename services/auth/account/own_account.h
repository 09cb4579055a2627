/* The account of whoever makes a call, and his attempts to prove that it is he. On a query worker's thread. */
#ifndef SOTAY_AUTH_OWN_ACCOUNT_H
#define SOTAY_AUTH_OWN_ACCOUNT_H

#include "services/auth/account/account_store.h"
#include "services/auth/account/attempt.h"

/* Reads the account of the call's actor. ERR_SESSION_ENDED: his session has. */
MUST_CHECK enum err own_account_read(struct query *query, struct own_account *ret_own);
/* Counts together with attempts to sign in. Errors as attempt_begin. */
MUST_CHECK enum err own_account_attempt(struct query *query, const struct own_account *own,
                                        struct attempt *ret_attempt);

#endif
