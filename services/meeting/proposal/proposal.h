/* The rules of proposals for a meeting's agenda (S6): state, a command, the time → the next state or a refusal. Pure,
 * as those of meetings; any thread.
 *
 *   open ──decide──▶ accepted: a topic of the agenda
 *     │     │           ▲
 *     │     ├──▶ next ──┘  waits for the next draft
 *     │     └──▶ declined, with a reason
 *     └──withdraw──▶ withdrawn, by its author */
#ifndef SOTAY_MEETING_PROPOSAL_H
#define SOTAY_MEETING_PROPOSAL_H

#include "services/meeting/meeting/meeting_access.h"

enum {
    PROPOSALS_LIMIT = 500,    /* of a meeting */
    PROPOSALS_OPEN_LIMIT = 5, /* of a member, in a meeting */
};

struct proposal {
    struct uuid id, meeting, author;
    const char *title, *reason;
    Pb__ProposalState state;
    const char *decision_reason;          /* or NULL */
    int64_t created_at_us, decided_at_us; /* decided 0: not yet */
    struct uuid agenda_item;              /* zero: it is no topic */
};

/* With the name of its author, where it is known. */
struct named_proposal {
    struct proposal is;
    const char *author; /* or NULL */
};

extern const struct meeting_action PROPOSAL_MAKE, PROPOSAL_WITHDRAW, PROPOSAL_DECIDE;

struct proposal_input {
    const char *title, *reason;
    int32_t n_open; /* of this author in this meeting already */
};
/* ERR_LIMIT_REACHED: the meeting, or the author, has as many as may be. */
MUST_CHECK enum err proposal_make(const struct meeting *meeting, const struct uuid *author,
                                  const struct proposal_input *input, const struct meeting_cause *cause,
                                  struct proposal *ret_proposal);

/* ERR_NOT_ALLOWED: it is another's. ERR_WRONG_STATE: it is decided, or withdrawn already. */
MUST_CHECK enum err proposal_withdraw(const struct proposal *proposal, const struct uuid *actor,
                                      struct proposal *ret_next);

struct proposal_verdict {
    Pb__ProposalDecision decision;
    const char *reason; /* or NULL */
    bool has_minutes;
    int32_t minutes; /* of the topic */
};
/* The same decision again changes nothing. ERR_INVALID fills `problems`; ERR_WRONG_STATE: it is decided otherwise, or
 * accepted for a meeting that has begun. */
MUST_CHECK enum err proposal_decide(const struct proposal *proposal, const struct meeting *meeting,
                                    const struct proposal_verdict *verdict, const struct meeting_cause *cause,
                                    struct problems *problems, struct proposal *ret_next);
/* The topic that an accepted one is. */
struct agenda_item proposal_topic(const struct proposal *accepted, int32_t minutes);

#endif
