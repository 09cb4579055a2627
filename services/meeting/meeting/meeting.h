/* The rules of meetings: state, a command, the time → the next state or a refusal. No I/O, clock or random numbers:
 * everything that a rule may know is an argument, every id comes from the message's. `now` is the message's.
 *
 *   draft ──publish──▶ scheduled ──(hold)──▶ held
 *     │ edit, delete       │ edit, comment
 *     ▼                    └──cancel──▶ cancelled
 *   gone
 *
 * A rule never touches the meeting it is given: it fills `ret_next`, which shares the parts that stay (borrowed) and is
 * untouched after a refusal. What is new lives in `ctx`. Any thread. */
#ifndef SOTAY_MEETING_MEETING_MEETING_H
#define SOTAY_MEETING_MEETING_MEETING_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include "common/loop/problems.h"
#include "services/meeting/meeting/meeting_counted.h"
#include "sotay/v1/meeting.pb-c.h"
#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

enum {
    MEETING_AGENDA_LIMIT_ITEMS = 50, /* as the contract has it for a body's */
    MEETING_DAYS_AHEAD = 400,
};

/* --- state -------------------------------------------------------------------------------------------------------- */

struct agenda_document {
    struct uuid id;
    const char *title;
}; /* title NULL: there is no such document for whoever convenes; "": restricted */

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
};

struct meeting {
    struct uuid id, organization;
    uint64_t version; /* 0: does not exist (yet, or any more) */
    Pb__MeetingKind kind;
    Pb__MeetingState state;
    int64_t starts_at_us;
    const char *place;
    Pb__Participants participants;
    const struct uuid *participant_ids;
    size_t n_participants;
    const struct agenda_item *agenda;
    size_t n_agenda;
    struct meeting_rules rules;
    int64_t created_at_us;
    int64_t registered_at_us, changed_at_us, held_at_us; /* 0: not yet */
    const char *change_note, *cancel_reason;             /* or NULL */
    struct uuid notification;                            /* zero: nobody was told yet */
    int64_t notified_at_us; /* when that happened of which it tells; 0: before there was this word */
    int32_t counts[MEETING_N_COUNTED];
};

bool meeting_is_executive(Pb__MeetingKind kind); /* of the committee; the others are of a branch's members */
int32_t meeting_month(const struct meeting *meeting);
int32_t meeting_agenda_minutes(const struct meeting *meeting);
bool meeting_claims_month(const struct meeting *meeting); /* it is its branch's one regular meeting of the month */
/* Registration is the report upward of regular meetings; the last second of that day, local. */
bool meeting_has_registration(const struct meeting *meeting);
int64_t meeting_registration_due_us(const struct meeting *meeting);
bool meeting_registered_on_time(const struct meeting *meeting);
const struct agenda_item *meeting_item(const struct meeting *meeting, const struct uuid *id); /* NULL: none */

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
};
struct participant_input {
    struct uuid id;
    bool may_attend;
};

/* What a body says, with what it names looked up. `sets_*`: the body names the field. */
struct meeting_input {
    bool sets_kind, sets_starts_at, sets_participants, sets_agenda, sets_change_note;
    Pb__MeetingKind kind;
    int64_t starts_at_us;
    const char *place; /* NULL: keeps */
    const struct participant_input *participants;
    size_t n_participants;
    const struct agenda_input *agenda;
    size_t n_agenda;
    const char *change_note;
    struct meeting_rules rules; /* as of the command's time */
};

/* All of them: ERR_INVALID fills `problems`; the caller has checked the right to act with meeting_check. */
struct meeting_convener {
    struct uuid meeting, organization;
    bool is_branch;
}; /* the new meeting's id and whose it is */
MUST_CHECK enum err meeting_schedule(TALLOC_CTX *ctx, const struct meeting_convener *convener,
                                     const struct meeting_input *input, bool publish, const struct meeting_cause *cause,
                                     struct problems *problems, struct meeting *ret_next);
/* *ret_moved: hour or place of a published meeting changed, people must hear of it. */
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

#endif
