#include "services/meeting/meeting/meeting_access.h"

#include "common/base/clock.h"
#include "services/directory/directory.h"

/* Officers convene the executive meetings of their very organisation. */
static bool convenes_as_officer(Pb__MeetingKind kind, const struct meeting_actor *actor)
{
    return meeting_is_executive(kind) && (actor->standing & STANDING_OFFICER_HERE);
}

bool meeting_may_convene(Pb__MeetingKind kind, const struct meeting_actor *actor)
{
    return !actor->is_suspended && ((actor->standing & STANDING_HEAD) || convenes_as_officer(kind, actor));
}

bool meeting_may_be_urgent(Pb__MeetingKind kind, int64_t starts_at_us, const struct meeting_actor *actor,
                           int64_t now_us)
{
    bool is_near = starts_at_us - now_us < CLOCK_DAY_US;
    return convenes_as_officer(kind, actor) || (is_near && (actor->standing & STANDING_SECRETARY));
}

/* Heads and conveners prepare it; nobody else knows of a draft. */
static bool prepares(const struct meeting *meeting, const struct meeting_actor *actor)
{
    return (actor->standing & STANDING_HEAD) || convenes_as_officer(meeting->kind, actor);
}

/* Members of the branch and, of an executive meeting, the committee. */
static bool is_invited(const struct meeting *meeting, const struct meeting_actor *actor)
{
    return (actor->standing & STANDING_MEMBER) ||
           (meeting_is_executive(meeting->kind) && (actor->standing & STANDING_COMMITTEE));
}

bool meeting_may_read(const struct meeting *meeting, const struct meeting_actor *actor)
{
    bool is_draft = meeting->state == PB__MEETING_STATE__MEETING_STATE_DRAFT;
    return meeting->version > 0 && (prepares(meeting, actor) || (!is_draft && is_invited(meeting, actor)));
}

bool meeting_may_read_header(const struct meeting *meeting, const struct meeting_actor *actor)
{
    bool is_draft = meeting->state == PB__MEETING_STATE__MEETING_STATE_DRAFT;
    return meeting_may_read(meeting, actor) ||
           (meeting->version > 0 && !is_draft && (actor->standing & STANDING_OFFICER));
}

bool meeting_is_participant(const struct meeting *meeting, const struct uuid *member, unsigned standing)
{
    switch (meeting->participants) {
    case PB__PARTICIPANTS__PARTICIPANTS_NAMED: return meeting_names(meeting, member);
    case PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE: return standing & (STANDING_HEAD | STANDING_COMMITTEE);
    default: return standing & STANDING_MEMBER;
    }
}

bool meeting_convenes(const struct meeting *meeting, const struct meeting_actor *actor)
{
    return meeting_may_convene(meeting->kind, actor);
}

bool meeting_takes_part(const struct meeting *meeting, const struct meeting_actor *actor)
{
    return !actor->is_suspended && ((actor->standing & STANDING_HEAD) || is_invited(meeting, actor));
}

bool meeting_leads(const struct meeting *meeting, const struct meeting_actor *actor)
{
    (void)meeting;
    return !actor->is_suspended && (actor->standing & STANDING_HEAD);
}

/* What was cancelled could be held again; what was held, put right. */
static bool reopens(const struct meeting *meeting, int64_t now_us)
{
    if (meeting->state == PB__MEETING_STATE__MEETING_STATE_CANCELLED)
        return !meeting_has_begun(meeting, now_us);
    return now_us < meeting->held_at_us + MEETING_OPEN_DAYS * CLOCK_DAY_US;
}

const struct meeting_action MEETING_EDIT = {"edit", meeting_convenes, MEETING_IS_DRAFT | MEETING_IS_SCHEDULED},
                            MEETING_PUBLISH = {"publish", meeting_convenes, MEETING_IS_DRAFT},
                            MEETING_DELETE = {"delete", meeting_convenes, MEETING_IS_DRAFT},
                            MEETING_CANCEL = {"cancel", meeting_convenes, MEETING_IS_SCHEDULED},
                            MEETING_HOLD = {"hold", meeting_convenes, MEETING_IS_SCHEDULED, .when = meeting_has_begun},
                            MEETING_REOPEN = {"reopen", meeting_convenes, MEETING_IS_CANCELLED | MEETING_IS_HELD,
                                              .when = reopens};

enum err meeting_check(const struct meeting *meeting, const struct meeting_actor *actor,
                       const struct meeting_action *action, int64_t now_us)
{
    if (!meeting || !meeting_may_read_header(meeting, actor))
        return ERR_NOT_FOUND;
    if (!action->may(meeting, actor))
        return ERR_NOT_ALLOWED;
    bool is_open = (action->states & 1U << meeting->state) &&
                   !(action->until_hour && meeting_has_begun(meeting, now_us)) &&
                   (!action->when || action->when(meeting, now_us));
    return is_open ? ERR_OK : ERR_WRONG_STATE;
}
