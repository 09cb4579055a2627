/* What is told later, or was caused by no message: due timers, and announcements of jobs. The rows are read in order,
 * announced together, then dropped; then the next ones are read. A crash between leaves the rows: the second sending is
 * dropped by its ids. One owner for the service, that of partition 0 of the loop's first topic:
 * so their order holds, and nothing is locked. One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_LATER_H
#define SOTAY_COMMON_LOOP_LATER_H

#include "common/loop/loop.h"
#include "common/loop/loop_announce.h"
#include "common/loop/loop_sweep.h"

struct loop_late; /* what is under way */

struct loop_schedule {
    TALLOC_CTX *ctx;
    struct pg *pg;
    const struct loop_options *options;
    const struct loop_environment *environment;
    struct loop_positions *positions;
    struct loop_announcer *announcer;
    struct loop_late *late; /* or NULL */
    int64_t next_late_us, next_forget_us;
    struct loop_sweep sweep;
};

/* At every turn: drops what has been announced; with `may_launch`, announces what is due. */
void loop_later_turn(struct loop_schedule *schedule, bool may_launch);
/* Our partitions went: what has not been announced is the next owner's. */
void loop_later_abandon(struct loop_schedule *schedule);
/* Now and then, in the loop that fires the service's timers: processed messages that are old enough (loop_sweep.h). */
MUST_CHECK enum err loop_later_forget(struct loop_schedule *schedule);

#endif
