/* Looking at the position rows, and telling gateways what this loop vouches for (loop_channel.h). The loop's thread,
 * outside of a transaction. */
#ifndef SOTAY_COMMON_LOOP_BEAT_H
#define SOTAY_COMMON_LOOP_BEAT_H

#include "common/loop/loop_state.h"

/* Whether the rows are as we know them, else ERR_OWNER_LOST; says which of them stand, whosever they are. Errors of
 * PostgreSQL. Who wants only what it says may ignore the result. */
enum err loop_look(struct loop *loop);
/* Four times a second, nothing between: looks, and tells a heartbeat. ERR_OWNER_LOST: a position has moved without us,
 * so the positions are to be asked for again. */
MUST_CHECK enum err loop_beat(struct loop *loop);

#endif
