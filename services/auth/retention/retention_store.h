/* What is kept of people only for a time, and goes by itself: a table of rows with the SQL that removes them. What a
 * member's history and positions say is kept for good. One thread: the owner of the pg. */
#ifndef SOTAY_AUTH_RETENTION_STORE_H
#define SOTAY_AUTH_RETENTION_STORE_H

#include "common/pg/pg.h"

enum { RETENTION_AT_ONCE = 5000 };

/* Removes what is over at `now_us`, of each kind at most RETENTION_AT_ONCE rows, in a transaction of its own: a kind
 * that fails keeps no other. Rows that somebody else has locked are left for another turn. *ret_n: the most that went
 * of one kind. Returns the first error. */
MUST_CHECK enum err retention_turn(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us, size_t *ret_n);

#endif
