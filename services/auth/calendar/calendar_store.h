/* SQL of calendars' addresses. Table: calendar_feed (020_calendar.sql). Each makes its round trip; errors as pg_run.
 * One thread for each connection. */
#ifndef SOTAY_AUTH_CALENDAR_STORE_H
#define SOTAY_AUTH_CALENDAR_STORE_H

#include "common/pg/pg.h"
#include "services/auth/account/account_store.h"
#include "services/auth/session/token.h"

/* In place of the member's old one. */
MUST_CHECK enum err calendar_store_put(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                       const uint8_t hash[TOKEN_HASH_BYTES], int64_t now_us);
MUST_CHECK enum err calendar_store_delete(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member);
/* Fills member, branch and suspended of *ret_own. *ret_found false: nobody's, or of one who has left. */
MUST_CHECK enum err calendar_store_find(struct pg *pg, TALLOC_CTX *ctx, const uint8_t hash[TOKEN_HASH_BYTES],
                                        bool *ret_found, struct own_account *ret_own);

#endif
