/* What was counted of who was at a meeting, and as what it counts in the meeting's month. Pure: no I/O, no clock. */
#ifndef SOTAY_ANALYTICS_ATTENDANCE_H
#define SOTAY_ANALYTICS_ATTENDANCE_H

#include "common/base/uuid.h"
#include "services/analytics/counts/counted.h"
#include "sotay/v1/meeting.pb-c.h"
#include "sotay/v1/presence.pb-c.h"

struct attendance {
    int32_t revision; /* 0: not known */
    struct uuid organization;
    int32_t month;
    int32_t base, present, excused, unexcused;
};

void attendance_take(struct attendance *attendance, const Pb__AttendanceCounted *event,
                     const struct uuid *organization);
struct month_counts attendance_count(const struct attendance *attendance);

#endif
