/* What a meeting counts as in the month that it belongs to. Pure: no I/O, no clock. */
#ifndef SOTAY_ANALYTICS_MEETING_H
#define SOTAY_ANALYTICS_MEETING_H

#include "common/base/uuid.h"
#include "services/analytics/counts/counted.h"
#include "sotay/v1/meeting.pb-c.h"
#include <stdbool.h>

struct meeting {
    uint64_t version; /* 0: not known */
    struct uuid organization;
    int32_t month;
    Pb__MeetingKind kind;
    Pb__MeetingState state;
    bool is_registered, is_on_time;
};

void meeting_take(struct meeting *meeting, const Pb__MeetingFacts *facts, const struct uuid *organization);
struct month_counts meeting_count(const struct meeting *meeting);

#endif
