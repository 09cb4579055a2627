/* The rolls of a batch: a part without handlers, which loads what was wanted and writes what changed. It stands behind
 * the meetings, whose locks hold their rolls too. The loop's thread. */
#ifndef SOTAY_MEETING_ROLL_SET_H
#define SOTAY_MEETING_ROLL_SET_H

#include "common/loop/loop.h"
#include "services/meeting/roll/check_in.h"
#include "services/meeting/roll/roll.h"

extern const struct loop_part ROLL_PART;

void roll_set_want(const struct loop_batch *batch, const struct uuid *meeting);
void roll_set_want_key(const struct loop_batch *batch);

/* Of a meeting that was wanted, as the batch has it by now; nobody: empty. */
const struct roll *roll_set_find(const struct loop_batch *batch, const struct uuid *meeting);
const struct check_in_key *roll_set_key(const struct loop_batch *batch); /* that was wanted */
/* Makes `next`, which has the people of the roll that was found, the roll. False: it says nothing new. */
bool roll_set_keep(const struct loop_batch *batch, const struct uuid *meeting, const struct roll *next);

#endif
