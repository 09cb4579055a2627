/* The minutes of a batch: a part without handlers, after that of the meetings. The loop's thread. */
#ifndef SOTAY_MEETING_MINUTES_SET_H
#define SOTAY_MEETING_MINUTES_SET_H

#include "common/loop/loop.h"
#include "services/meeting/minutes/minutes.h"

extern const struct loop_part MINUTES_PART;

/* Those of this meeting. */
void minutes_set_want(const struct loop_batch *batch, const struct uuid *meeting);
/* Never NULL: of version 0 where there are none yet. */
const struct minutes *minutes_set_find(const struct loop_batch *batch, const struct uuid *meeting);
/* Makes the next state the state. */
void minutes_set_keep(const struct loop_batch *batch, const struct minutes *minutes);

#endif
