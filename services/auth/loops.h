/* What auth's two loops read, and the parts of their batches. Constant. */
#ifndef SOTAY_AUTH_LOOPS_H
#define SOTAY_AUTH_LOOPS_H

#include "common/loop/loop.h"

extern const struct loop_options AUTH_LOOPS[];
extern const size_t AUTH_N_LOOPS;

#endif
