/* The two loops: what each reads, and the parts of its batches. A new aggregate is a row in their lists. */
#ifndef SOTAY_AUTH_LOOPS_H
#define SOTAY_AUTH_LOOPS_H

#include "common/loop/loop.h"

extern const struct loop_options AUTH_COMMANDS_LOOP, AUTH_PROJECTIONS_LOOP;

#endif
