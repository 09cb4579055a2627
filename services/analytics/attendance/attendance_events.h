/* Attendance in a batch: the newest revision of a meeting counts. The loop's thread. */
#ifndef SOTAY_ANALYTICS_ATTENDANCE_EVENTS_H
#define SOTAY_ANALYTICS_ATTENDANCE_EVENTS_H

#include "common/loop/loop.h"

extern const struct loop_part ATTENDANCE_PART;

#endif
