/* Forgets processed messages when nobody can repeat them any more: what clients sent after 45 days, what services said
 * after 100, longer than the queue keeps either. The table has one index, its primary key, so it is walked in the order
 * of ids, a slice at a time:
 *
 *      0                45 days ago               now                           ffff…
 *      | old: swept     | young: left alone       | ids without a time: swept   |
 *
 * A row goes when it was settled long enough ago, and its id is not young. Ids have the time that a client said
 * (common/base/uuid.h): most stand in their order, and go first; those without a time, or of a wrong one, go when the
 * walk comes by, or when their place in the order has become old. One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_SWEEP_H
#define SOTAY_COMMON_LOOP_SWEEP_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include "common/pg/pg.h"
#include <stdbool.h>

/* Zero at first. A restart begins anew. */
struct loop_sweep {
    struct uuid after; /* rows up to here were looked at in this round */
};

/* Looks at one slice, some thousands of rows, in one round trip. *ret_more: there is much to forget, go on at once. */
MUST_CHECK enum err loop_sweep_turn(struct loop_sweep *sweep, struct pg *pg, int64_t now_us, bool *ret_more);

#endif
