#include "services/meeting/roll/roll_keep.h"

#include "services/meeting/meeting/meeting_facts.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/roll/roll_set.h"
#include <string.h>

static void tell(const struct meeting_context *context, const struct meeting *meeting)
{
    loop_event(context->message, TOPIC_MEETING_EVENTS, &meeting->id,
               facts_of_attendance(context->message->ctx, meeting));
}

/* The meeting as it is now has so many. */
static const struct meeting *count(const struct meeting_context *context, const struct roll *roll)
{
    struct loop_batch *batch = context->message->batch;
    const struct meeting *meeting = meeting_set_find(batch, &context->message->aggregate);
    struct meeting_attendance counts = roll_count(meeting, roll);
    counts.revision = meeting->attendance.revision + 1;
    meeting_context_attend(context, &counts);
    return meeting;
}

static void count_and_tell(const struct meeting_context *context, const struct roll *roll)
{
    const struct meeting *meeting = count(context, roll);
    if (meeting->state == PB__MEETING_STATE__MEETING_STATE_HELD)
        tell(context, meeting);
}

bool roll_keep(const struct meeting_context *context, const struct roll *next)
{
    bool is_new = roll_set_keep(context->message->batch, &context->message->aggregate, next);
    if (is_new)
        count_and_tell(context, next);
    return is_new;
}

void roll_keep_call(const struct meeting_context *context, const struct roll *next)
{
    bool is_first = context->meeting->attendance.revision == 0;
    if (!roll_keep(context, next) && is_first)
        count_and_tell(context, next);
}

void roll_recount(const struct meeting_context *context, const struct roll *roll)
{
    const struct meeting *meeting = meeting_set_find(context->message->batch, &context->message->aggregate);
    struct meeting_attendance counts = roll_count(meeting, roll);
    counts.revision = meeting->attendance.revision;
    if (counts.revision > 0 && memcmp(&counts, &meeting->attendance, sizeof counts) != 0)
        (void)count(context, roll);
}

void roll_keep_of_state(const struct meeting_context *context, const struct roll *next)
{
    (void)roll_set_keep(context->message->batch, &context->message->aggregate, next);
    tell(context, count(context, next));
}
