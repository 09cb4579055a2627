/* Sessions that were not used for their life end, and their devices with them: a phone that was given away rings no
 * more. A thread of its own with its own connection; several instances share the work (SKIP LOCKED). Wall clock, as
 * tokens. */
#ifndef SOTAY_AUTH_LAPSE_H
#define SOTAY_AUTH_LAPSE_H

#include "common/service/service.h"

enum { LAPSE_AT_ONCE = 500 };

/* Ends those that have lapsed at `now_us`, at most LAPSE_AT_ONCE, in a transaction of its own. *ret_n: how many. */
MUST_CHECK enum err lapse_turn(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us, size_t *ret_n);

MUST_CHECK enum err lapse_start(struct service *service);
void lapse_stop(void); /* also where it was not started */

#endif
