/* Meetings in a batch: every event of a meeting carries its facts; the newest version counts. The loop's thread. */
#ifndef SOTAY_ANALYTICS_MEETING_EVENTS_H
#define SOTAY_ANALYTICS_MEETING_EVENTS_H

#include "common/loop/loop.h"

extern const struct loop_part MEETING_PART;

#endif
