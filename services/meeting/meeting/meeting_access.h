/* Who may do what with a meeting and what lies under it (ACCESS.md, rows meeting.* and those under it). An action is a
 * row of the aggregate that has it; mark/ says which of them a member may do now. Pure; any thread. */
#ifndef SOTAY_MEETING_MEETING_ACCESS_H
#define SOTAY_MEETING_MEETING_ACCESS_H

#include "services/meeting/meeting/meeting.h"

/* What a person is to the meeting's organisation, as of `now`. */
struct meeting_actor {
    struct uuid id;
    unsigned standing; /* STANDING_* of services/directory/directory.h */
    bool is_suspended; /* reads on, writes nothing */
};

bool meeting_may_convene(Pb__MeetingKind kind, const struct meeting_actor *actor);
/* Phones may ring at any hour for a meeting that begins then: officers, and secretaries within 24 h. */
bool meeting_may_be_urgent(Pb__MeetingKind kind, int64_t starts_at_us, const struct meeting_actor *actor,
                           int64_t now_us);
bool meeting_may_read(const struct meeting *meeting, const struct meeting_actor *actor); /* all of it */
bool meeting_may_read_header(const struct meeting *meeting,
                             const struct meeting_actor *actor); /* at least what officers above see */
/* Somebody of this standing in the meeting's organisation is asked to come. */
bool meeting_is_participant(const struct meeting *meeting, const struct uuid *member, unsigned standing);

/* Whom an action is open to. */
bool meeting_convenes(const struct meeting *meeting, const struct meeting_actor *actor);
bool meeting_takes_part(const struct meeting *meeting, const struct meeting_actor *actor);
bool meeting_leads(const struct meeting *meeting, const struct meeting_actor *actor);

enum {
    MEETING_IS_DRAFT = 1 << PB__MEETING_STATE__MEETING_STATE_DRAFT,
    MEETING_IS_SCHEDULED = 1 << PB__MEETING_STATE__MEETING_STATE_SCHEDULED,
    MEETING_IS_HELD = 1 << PB__MEETING_STATE__MEETING_STATE_HELD,
    MEETING_IS_CANCELLED = 1 << PB__MEETING_STATE__MEETING_STATE_CANCELLED,
};

struct meeting_action {
    const char *word; /* as marks say it: "comment" */
    bool (*may)(const struct meeting *meeting, const struct meeting_actor *actor);
    unsigned states;                                             /* MEETING_IS_…: where it is possible */
    bool until_hour;                                             /* and only before the meeting begins */
    bool (*when)(const struct meeting *meeting, int64_t now_us); /* and only then; NULL: always */
};

extern const struct meeting_action MEETING_EDIT, MEETING_PUBLISH, MEETING_DELETE, MEETING_CANCEL, MEETING_HOLD,
    MEETING_REOPEN;

/* Visible → role → state: ERR_NOT_FOUND (also for NULL), ERR_NOT_ALLOWED, ERR_WRONG_STATE. */
MUST_CHECK enum err meeting_check(const struct meeting *meeting, const struct meeting_actor *actor,
                                  const struct meeting_action *action, int64_t now_us);

#endif
