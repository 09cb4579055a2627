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
    int64_t starts_at_us; /* 0: not told yet, by an older binary */
    int64_t registered_at_us, resolution_due_at_us, resolution_published_at_us; /* 0: none */
    bool is_overdue;                                                            /* its resolution */
};

void meeting_take(struct meeting *meeting, const Pb__MeetingFacts *facts, const struct uuid *organization);
/* Whether it tells what is not known yet. */
bool meeting_is_news(const struct meeting *meeting, const Pb__MeetingFacts *facts);
struct month_counts meeting_count(const struct meeting *meeting);

#endif
