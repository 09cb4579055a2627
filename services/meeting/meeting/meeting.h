/* The rules of meetings: state, a command, the time → the next state or a refusal. No I/O, clock or random numbers:
 * everything that a rule may know is an argument, every id comes from the message's. `now` is the message's.
 *
 *   draft ──publish──▶ scheduled ──hold, from its hour on──▶ held
 *     │ edit, delete       │  ▲ ▲ edit, comment              │
 *     ▼                    │  │ └──reopen, within 7 days─────┘
 *   gone                   │  └──reopen, before its hour──┐
 *                          └──cancel──────────────────▶ cancelled
 *
 * A rule never touches the meeting it is given: it fills `ret_next`, which shares the parts that stay (borrowed) and is
 * untouched after a refusal. What is new lives in `ctx`. Any thread. */
#ifndef SOTAY_MEETING_MEETING_MEETING_H
#define SOTAY_MEETING_MEETING_MEETING_H

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/base/uuid.h"
#include "common/loop/problems.h"
#include "services/directory/audience.h"
#include "services/meeting/meeting/meeting_counted.h"
#include "sotay/v1/meeting.pb-c.h"
#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

enum {
    MEETING_AGENDA_LIMIT_ITEMS = 50, /* as the contract has it for a body's */
    MEETING_DAYS_AHEAD = 400,
    MEETING_MONTH_DAYS_OFF = 7, /* of the month that it is said to belong to */
    MEETING_DRAFT_DAYS = 5,     /* before the day on which its registration is due a draft is ready */
    MEETING_OPEN_DAYS = 7,      /* how long what was held may be put right */
    MEETING_REMINDS_HOURS = 48, /* before its hour */
};

/* --- state -------------------------------------------------------------------------------------------------------- */

struct agenda_document {
    struct uuid id;
    const char *title;               /* NULL: there is no such document for whoever convenes; "": restricted */
    const struct audience *audience; /* NULL: not known */
    Pb__Classification classification;
    struct uuid issuer, author; /* of what was heard of it nothing is kept; zero: not known */
    bool has_state;             /* false: not heard of yet */
    Pb__DocumentState state;
};

struct agenda_item {
    struct uuid id;
    const char *title;
    int32_t minutes;
    const struct agenda_document *documents;
    size_t n_documents;
    bool has_source;
    Pb__AgendaItem__Source__Type source_type;
    struct uuid source; /* what it comes from; zero: the type says it all */
    bool has_outcome;
    Pb__ItemOutcome outcome;
};

/* What the organisation's rules said when it was convened, and stays: the day when its month came up, the limit when
 * its agenda was last set. */
struct meeting_rules {
    int32_t registration_day;     /* of the month before */
    int32_t agenda_limit_minutes; /* beyond it a warning, never a refusal */
    int32_t resolution_due_days;  /* behind its day; of no meeting: hold makes a date of it */
};

/* What settles it; of regular meetings it is owed. */
struct meeting_resolution {
    struct uuid document;    /* zero: none yet */
    int64_t published_at_us; /* 0: likewise */
    int64_t due_at_us;       /* the last second; 0: it was never held */
    bool is_overdue;         /* and everybody was told */
};

/* How many of those who belong to it were there, when it was last recorded (../roll). */
struct meeting_attendance {
    int32_t revision; /* 0: nothing was recorded yet */
    int32_t base, present, excused, unexcused, exempt, exempt_present;
};

struct meeting {
    struct uuid id, organization;
    uint64_t version; /* 0: does not exist (yet, or any more) */
    Pb__MeetingKind kind;
    Pb__MeetingState state;
    int64_t starts_at_us;
    int32_t said_month; /* 0: that of its hour */
    const char *place;
    Pb__Participants participants;
    const struct uuid *participant_ids;
    size_t n_participants;
    const struct agenda_item *agenda;
    size_t n_agenda;
    struct meeting_rules rules;
    int64_t created_at_us;
    int64_t registered_at_us, changed_at_us, held_at_us; /* 0: not yet; held: when it was over */
    const char *change_note, *cancel_reason;             /* or NULL */
    struct uuid notification;                            /* zero: nobody was told yet */
    int64_t notified_at_us;            /* when that happened of which it tells; 0: before there was this word */
    const Pb__MinutesContent *minutes; /* its published ones, loaded with the agenda; NULL: there are none */
    int64_t minutes_published_at_us;
    struct meeting_resolution resolution;
    int64_t
        near_at_us; /* when another published one of its organisation begins, MEETING_NEAR_US off at most; 0: none */
    int32_t counts[MEETING_N_COUNTED];
    struct meeting_attendance attendance;
};

#define MEETING_NEAR_US (2 * CLOCK_HOUR_US) /* who comes to both has no time between them */

bool meeting_is_executive(Pb__MeetingKind kind);      /* of the committee; the others are of a branch's members */
int32_t meeting_month(const struct meeting *meeting); /* that it belongs to: its hour's, unless another was said */
int64_t meeting_reminds_at_us(const struct meeting *meeting); /* its participants, of its hour */
bool meeting_has_begun(const struct meeting *meeting, int64_t now_us);
/* The month of a meeting at that hour, of which `said` was said; 0: nothing was. */
int32_t meeting_month_of(int64_t starts_at_us, int32_t said);
int32_t meeting_agenda_minutes(const struct meeting *meeting);
bool meeting_claims_month(const struct meeting *meeting); /* it is its branch's one regular meeting of the month */
/* Registration is the report upward of regular meetings; the last second of that day, local. */
bool meeting_has_registration(const struct meeting *meeting);
int64_t meeting_registration_due_us(const struct meeting *meeting);
bool meeting_registered_on_time(const struct meeting *meeting);
/* Of a regular meeting that was held: until its last second, settled or not. */
bool meeting_owes_resolution(const struct meeting *meeting);
/* It is owed, is not there, and its last second is over. */
bool meeting_resolution_is_late(const struct meeting *meeting, int64_t now_us);
/* The other is published, of the same organisation, and hardly apart from this one. */
bool meeting_is_near(const struct meeting *meeting, const struct meeting *other);
char *meeting_moment_text(TALLOC_CTX *ctx, int64_t at_us); /* as people read it, local */
const struct agenda_item *meeting_item(const struct meeting *meeting, const struct uuid *id); /* NULL: none */
bool meeting_names(const struct meeting *meeting, const struct uuid *member); /* he is among its named participants */

/* --- commands ----------------------------------------------------------------------------------------------------- */

/* What a command is about beside its body. */
struct meeting_cause {
    struct uuid message;
    int64_t now_us;
};

struct agenda_input {
    struct uuid id; /* zero: a new item */
    const char *title;
    int32_t minutes;
    const struct agenda_document *documents;
    size_t n_documents;
    bool has_source; /* else what stays keeps its own */
    Pb__AgendaItem__Source__Type source_type;
    struct uuid source;
};
struct participant_input {
    struct uuid id;
    bool may_attend;
};

/* What a body says, with what it names looked up. `sets_*`: the body names the field. */
struct meeting_input {
    bool sets_kind, sets_starts_at, sets_month, sets_participants, sets_agenda, sets_change_note;
    Pb__MeetingKind kind;
    int64_t starts_at_us;
    int32_t month;
    const char *place; /* NULL: keeps */
    const struct participant_input *participants;
    size_t n_participants;
    const struct agenda_input *agenda;
    size_t n_agenda;
    const char *change_note;
    struct meeting_rules rules; /* as of the command's time */
};

/* Its participants hear of what `cause` makes of it. */
void meeting_notify(struct meeting *next, const struct meeting_cause *cause);

/* All of them: ERR_INVALID fills `problems`; the caller has checked the right to act with meeting_check. */
struct meeting_convener {
    struct uuid meeting, organization;
    bool is_branch;
}; /* the new meeting's id and whose it is */
MUST_CHECK enum err meeting_schedule(TALLOC_CTX *ctx, const struct meeting_convener *convener,
                                     const struct meeting_input *input, bool publish, const struct meeting_cause *cause,
                                     struct problems *problems, struct meeting *ret_next);
/* *ret_moved: hour or place of a published meeting changed, people must hear of it. An edit that changes nothing raises
 * no version. */
MUST_CHECK enum err meeting_edit(TALLOC_CTX *ctx, const struct meeting *meeting, bool is_branch,
                                 const struct meeting_input *input, const struct meeting_cause *cause,
                                 struct problems *problems, struct meeting *ret_next, bool *ret_moved);
MUST_CHECK enum err meeting_publish(const struct meeting *meeting, const struct meeting_cause *cause,
                                    struct problems *problems, struct meeting *ret_next);
/* An item at the end of the agenda, from elsewhere than an edit. ERR_LIMIT_REACHED: there are as many as may be. */
MUST_CHECK enum err meeting_add_item(TALLOC_CTX *ctx, const struct meeting *meeting, const struct agenda_item *item,
                                     struct meeting *ret_next);
void meeting_cancel(const struct meeting *meeting, const char *reason, const struct meeting_cause *cause,
                    struct meeting *ret_next);
/* It was over at `ended_at_us`: between its hour and now, within a day. */
MUST_CHECK enum err meeting_hold(const struct meeting *meeting, int64_t ended_at_us, const struct meeting_cause *cause,
                                 struct problems *problems, struct meeting *ret_next);
/* As of hold: within so many days of the day on which it met. A date that is over is late at once. */
void meeting_owe_resolution(struct meeting *held, int32_t due_days, int64_t now_us);
/* A cancelled or held meeting is scheduled again; what was recorded of it stays. */
void meeting_reopen(const struct meeting *meeting, const char *reason, const struct meeting_cause *cause,
                    struct meeting *ret_next);

#endif
