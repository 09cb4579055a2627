/* What a fact counts as: so much of each counter of counters.def. Pure data. */
#ifndef SOTAY_ANALYTICS_COUNTED_H
#define SOTAY_ANALYTICS_COUNTED_H

#include "counters.h"
#include <stdint.h>

/* In a month of an organisation. */
struct month_counts {
    int32_t n[MONTH_COUNTERS];
};

/* In an organisation, at any time. */
struct total_counts {
    int32_t n[TOTAL_COUNTERS];
};

#endif
