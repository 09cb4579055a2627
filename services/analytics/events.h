/* The projections loop: everything that is counted, as events and activity tell it. */
#ifndef SOTAY_ANALYTICS_EVENTS_H
#define SOTAY_ANALYTICS_EVENTS_H

#include "common/loop/loop.h"

extern const struct loop_part ANALYTICS_PART; /* between ANALYTICS_FIRST_PART, DIRECTORY_PART and this: work.h */

#endif
