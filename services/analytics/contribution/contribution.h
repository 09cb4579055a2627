/* What members contribute (comments, …): each counts once for its branch and its month, whatever is told of it later. A
 * new kind of contribution is a MONTH row of counters.def and here a handler row with what its event says. The loop's
 * thread. */
#ifndef SOTAY_ANALYTICS_CONTRIBUTION_H
#define SOTAY_ANALYTICS_CONTRIBUTION_H

#include "common/loop/loop.h"

extern const struct loop_part CONTRIBUTION_PART;

#endif
