/* What lists and searches keep of a member's name (common/base/name_order.h), made for rows that were written before
 * 021_name_order.sql. On the thread of upkeep.c. */
#ifndef SOTAY_AUTH_MEMBER_NAMES_STORE_H
#define SOTAY_AUTH_MEMBER_NAMES_STORE_H

#include "common/pg/pg.h"

enum { MEMBER_NAMES_AT_ONCE = 500 };
/* At most so many members, in a transaction of its own; *ret_n: how many had none. */
MUST_CHECK enum err member_names_turn(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us, size_t *ret_n);

#endif
