/* The calls of a batch: a part without handlers, which loads what was wanted and writes what changed, under the locks
 * of their meetings. The loop's thread. */
#ifndef SOTAY_MEETING_TOLD_SET_H
#define SOTAY_MEETING_TOLD_SET_H

#include "common/loop/loop.h"
#include "services/meeting/told/told.h"

extern const struct loop_part TOLD_PART;

void told_set_want(const struct loop_batch *batch, const struct uuid *meeting, const struct uuid *member);
/* Of a pair that was wanted; told or not. */
const struct named_told *told_set_find(const struct loop_batch *batch, const struct uuid *meeting,
                                       const struct uuid *member);
void told_set_keep(const struct loop_batch *batch, const struct named_told *told);

#endif
