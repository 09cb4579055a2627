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
        .starts_at_us = facts->starts_at_us,
        .registered_at_us = facts->registered_at_us,
        .resolution_due_at_us = facts->resolution_due_at_us,
        .resolution_published_at_us = facts->resolution_published_at_us,
        .is_overdue = facts->resolution_overdue,
    };
}

bool meeting_is_news(const struct meeting *meeting, const Pb__MeetingFacts *facts)
{
    return meeting->version < facts->version || (meeting->version == facts->version && meeting->starts_at_us == 0);
}

/* Of a held meeting that owes one, or has one all the same. */
static void count_resolution(const struct meeting *meeting, struct month_counts *counts)
{
    bool is_published = meeting->resolution_published_at_us > 0;
    bool is_owed = meeting->resolution_due_at_us > 0 && !is_published;
    counts->n[MONTH_RESOLUTIONS_PUBLISHED] = is_published;
    counts->n[MONTH_RESOLUTIONS_DUE] = is_owed && !meeting->is_overdue;
    counts->n[MONTH_RESOLUTIONS_OVERDUE] = is_owed && meeting->is_overdue;
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
    if (counts.n[MONTH_HELD])
        count_resolution(meeting, &counts);
    return counts;
}
