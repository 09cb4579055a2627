/* The projections loop: which topics it reads, and the parts of its batches in the order of their statements. Constant
 * data. */
#ifndef SOTAY_ANALYTICS_PROJECTIONS_H
#define SOTAY_ANALYTICS_PROJECTIONS_H

#include "common/loop/loop.h"

extern const struct loop_input ANALYTICS_INPUTS[];
extern const size_t ANALYTICS_N_INPUTS;
extern const struct loop_part *const ANALYTICS_PARTS[];
extern const size_t ANALYTICS_N_PARTS;

#endif
