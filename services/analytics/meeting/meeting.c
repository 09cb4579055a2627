#include "services/analytics/meeting/meeting.h"

void meeting_take(struct meeting *meeting, const Pb__MeetingFacts *facts, const struct uuid *organization)
{
    *meeting = (struct meeting){
        .version = facts->version,
        .organization = *organization,
        .month = facts->month,
        .kind = facts->kind,
        .state = facts->state,
        .is_registered = facts->has_registered_at_us,
        .is_on_time = facts->has_registered_on_time && facts->registered_on_time,
    };
}

struct month_counts meeting_count(const struct meeting *meeting)
{
    struct month_counts counts = {0};
    bool is_cancelled = meeting->state == PB__MEETING_STATE__MEETING_STATE_CANCELLED;
    bool is_regular = meeting->kind == PB__MEETING_KIND__MEETING_KIND_REGULAR;
    if (meeting->version == 0)
        return counts;
    counts.n[MONTH_CANCELLED] = is_cancelled;
    counts.n[MONTH_HELD] = meeting->state == PB__MEETING_STATE__MEETING_STATE_HELD;
    counts.n[MONTH_REGISTERED] = meeting->is_registered && !is_cancelled;
    counts.n[MONTH_ON_TIME] = meeting->is_on_time && !is_cancelled;
    counts.n[MONTH_REGULAR] = is_regular && counts.n[MONTH_REGISTERED];
    counts.n[MONTH_REGULAR_HELD] = is_regular && counts.n[MONTH_HELD];
    return counts;
}
