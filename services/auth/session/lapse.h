/* Sessions that were not used for their life end, and their devices with them: a phone that was given away rings no
 * more. Wall clock, as tokens. One thread: the owner of the pg. */
#ifndef SOTAY_AUTH_LAPSE_H
#define SOTAY_AUTH_LAPSE_H

#include "common/pg/pg.h"

enum { LAPSE_AT_ONCE = 500 };

/* Ends those that have lapsed at `now_us`, at most LAPSE_AT_ONCE, in a transaction of its own. *ret_n: how many. */
MUST_CHECK enum err lapse_turn(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us, size_t *ret_n);

#endif
