/* Recovery codes: each works once in place of a one-time code. Kept as keyed hashes. On a query worker's thread. */
#ifndef SOTAY_AUTH_RECOVERY_H
#define SOTAY_AUTH_RECOVERY_H

#include "common/service/service.h"
#include "services/auth/session/token.h"

enum { RECOVERY_CODES = 10, RECOVERY_CHARACTERS = 10 };

/* `code` as typed_code puts it right. Uses it up, in a transaction of its own. ERR_OTP_INVALID: there is no such unused
 * code. */
MUST_CHECK enum err recovery_use(struct query *query, const struct uuid *member, const char *code);
/* Queues new codes in place of the member's old ones, in the caller's transaction; as they are shown, this once. */
void recovery_make_queue(struct query *query, const struct uuid *member, char *ret_codes[RECOVERY_CODES]);

#endif
