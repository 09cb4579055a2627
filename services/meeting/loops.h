/* The two loops: what each reads, and the parts of its batches. A new aggregate is a row in their lists. */
#ifndef SOTAY_MEETING_LOOPS_H
#define SOTAY_MEETING_LOOPS_H

#include "common/loop/loop.h"

extern const struct loop_options MEETING_COMMANDS_LOOP, MEETING_PROJECTIONS_LOOP;

#endif
