/* What a loop must know before it joins its group: which Kafka this is, whether the database belongs to it, and what
 * the last life left behind. One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_STARTUP_H
#define SOTAY_COMMON_LOOP_STARTUP_H

#include "common/loop/loop_state.h"

/* Waits for Kafka and PostgreSQL as long as it takes. False: the loop stops. */
bool loop_startup(struct loop *loop);

#endif
