#include "services/meeting/told/told.h"

#include "services/directory/directory.h"

/* That it is cancelled is told by a call too. */
const struct meeting_action TOLD_MARK = {"tell", meeting_convenes, MEETING_IS_SCHEDULED | MEETING_IS_CANCELLED};

bool told_mark(const struct told *told, const struct meeting *meeting, bool is_told, const struct uuid *actor,
               int64_t now_us, struct told *ret_next)
{
    bool knows_news = told->at_us > 0 && told->at_us >= meeting->notified_at_us;
    *ret_next = *told;
    if (is_told ? knows_news : told->at_us == 0)
        return false;
    ret_next->at_us = is_told ? now_us : 0;
    ret_next->by = is_told ? *actor : (struct uuid){{0}};
    return true;
}

enum told_sight told_sight(const struct meeting *meeting, const struct meeting_actor *actor, bool is_directly_above)
{
    bool is_committee = meeting_is_executive(meeting->kind) && (actor->standing & STANDING_COMMITTEE);
    if ((actor->standing & STANDING_HEAD) || meeting_convenes(meeting, actor))
        return TOLD_NAMES;
    if (actor->standing & STANDING_OFFICER)
        return is_directly_above ? TOLD_NAMES : TOLD_COUNTS;
    return is_committee ? TOLD_COUNTS : TOLD_NOTHING;
}
