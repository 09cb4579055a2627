/* The account of whoever makes a call, and his attempts to prove that it is he. On a query worker's thread. */
#ifndef SOTAY_AUTH_OWN_ACCOUNT_H
#define SOTAY_AUTH_OWN_ACCOUNT_H

#include "services/auth/account/account_store.h"
#include "services/auth/account/attempt.h"

/* Reads the account of the call's actor. ERR_SESSION_ENDED: his session has. */
MUST_CHECK enum err own_account_read(struct query *query, struct own_account *ret_own);
/* Puts into the query's scope what his own rows say that he belongs to and holds: a call that hands secrets out does
 * not go by what gateways have heard. Who is suspended holds nothing. Blocks for one round trip; errors as pg_flush. */
MUST_CHECK enum err own_account_scope(struct query *query, const struct own_account *own);
/* Errors as attempt_begin. */
MUST_CHECK enum err own_account_attempt(struct query *query, const struct own_account *own, enum attempt_kind kind,
                                        struct attempt *ret_attempt);
/* Opens a transaction, which the caller ends, in which the account stays as `own` says and his sessions live on.
 * ERR_SESSION_ENDED: his session has. ERR_WRONG_STATE: his password or second factor is another one by now. After an
 * error there is no transaction. */
MUST_CHECK enum err own_account_hold(struct query *query, const struct own_account *own);
/* In that transaction: the member's other sessions end with their devices, and no code of before signs another one in.
 * What says so goes to session_end_commit. Blocks for one round trip; errors as pg_flush. */
MUST_CHECK enum err own_account_end_others(struct query *query, const struct own_account *own,
                                           struct loop_outbox **ret_outbox);

#endif
