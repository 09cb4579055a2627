/* What no message caused: due timers, what jobs have to say (loose rows), and the keys that they have marked
 * (loop_keys.h). They become rows of the outbox, and are announced from there as a batch is:
 *
 *     timer, outbox_loose ─▶ outbox, in one statement that holds our position's row ─▶ loop_announce.h
 *
 * One owner for the service, that of the newest birth's first partition of the loop's first topic: so their order
 * holds, and no two move the same. A crash leaves them on one side or the other. One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_LATER_H
#define SOTAY_COMMON_LOOP_LATER_H

#include "common/loop/loop.h"
#include "common/loop/loop_announce.h"
#include "common/loop/loop_keys.h"
#include "common/loop/loop_sweep.h"
#include <stdatomic.h>

struct loop_schedule {
    struct pg *pg;
    const struct loop_options *options;
    const struct loop_environment *environment;
    struct loop_positions *positions;
    struct loop_announcer *announcer;
    const struct loop_keys *keys;
    int64_t next_due_us, next_forget_us;
    atomic_bool hurried; /* somebody waits until what jobs and calls said has been announced */
    struct loop_sweep sweep;
};

/* At every turn: announces what is due. An error: what has been moved may not be announced yet, and the positions are
 * to be taken again. */
MUST_CHECK enum err loop_later_turn(struct loop_schedule *schedule);
/* Now and then, in the loop that fires the service's timers: processed messages that are old enough (loop_sweep.h). */
MUST_CHECK enum err loop_later_forget(struct loop_schedule *schedule);

#endif
