#include "services/meeting/proposal/proposal.h"

#include <string.h>

/* A meeting that is held or cancelled leaves proposals behind, for the next draft or to be declined. */
enum { HAS_PROPOSALS = MEETING_IS_SCHEDULED | MEETING_IS_HELD | MEETING_IS_CANCELLED };

const struct meeting_action PROPOSAL_MAKE = {"propose", meeting_takes_part, MEETING_IS_SCHEDULED, .until_hour = true},
                            PROPOSAL_WITHDRAW = {"withdraw_proposal", meeting_takes_part, HAS_PROPOSALS},
                            PROPOSAL_DECIDE = {"decide_proposal", meeting_leads, HAS_PROPOSALS};

enum err proposal_make(const struct meeting *meeting, const struct uuid *author, const struct proposal_input *input,
                       const struct meeting_cause *cause, struct proposal *ret_proposal)
{
    if (meeting->counts[MEETING_PROPOSALS] >= PROPOSALS_LIMIT || input->n_open >= PROPOSALS_OPEN_LIMIT)
        return ERR_LIMIT_REACHED;
    *ret_proposal = (struct proposal){
        .id = uuid_derive(&cause->message, "proposal", 0),
        .meeting = meeting->id,
        .author = *author,
        .title = input->title,
        .reason = input->reason,
        .created_at_us = cause->now_us,
    };
    return ERR_OK;
}

enum err proposal_withdraw(const struct proposal *proposal, const struct uuid *actor, struct proposal *ret_next)
{
    if (!uuid_equal(&proposal->author, actor))
        return ERR_NOT_ALLOWED;
    if (proposal->state != PB__PROPOSAL_STATE__PROPOSAL_STATE_OPEN)
        return ERR_WRONG_STATE;
    *ret_next = *proposal;
    ret_next->state = PB__PROPOSAL_STATE__PROPOSAL_STATE_WITHDRAWN;
    return ERR_OK;
}

static Pb__ProposalState state_of(Pb__ProposalDecision decision)
{
    switch (decision) {
    case PB__PROPOSAL_DECISION__PROPOSAL_DECISION_ACCEPTED: return PB__PROPOSAL_STATE__PROPOSAL_STATE_ACCEPTED;
    case PB__PROPOSAL_DECISION__PROPOSAL_DECISION_NEXT: return PB__PROPOSAL_STATE__PROPOSAL_STATE_NEXT;
    default: return PB__PROPOSAL_STATE__PROPOSAL_STATE_DECLINED;
    }
}

static void check_verdict(const struct proposal_verdict *verdict, struct problems *problems)
{
    bool is_topic = verdict->decision == PB__PROPOSAL_DECISION__PROPOSAL_DECISION_ACCEPTED;
    bool is_declined = verdict->decision == PB__PROPOSAL_DECISION__PROPOSAL_DECISION_DECLINED;
    if (is_declined && (!verdict->reason || !*verdict->reason))
        problems_add(problems, ERR_FIELD_REQUIRED, "/reason");
    if (verdict->has_minutes && !is_topic)
        problems_add(problems, ERR_FIELD_CONFLICT, "/minutes");
}

static bool may_become(const struct proposal *proposal, Pb__ProposalState next, const struct meeting *meeting,
                       int64_t now_us)
{
    bool is_undecided = proposal->state == PB__PROPOSAL_STATE__PROPOSAL_STATE_OPEN;
    if (next != PB__PROPOSAL_STATE__PROPOSAL_STATE_ACCEPTED)
        return is_undecided;
    bool waits = is_undecided || proposal->state == PB__PROPOSAL_STATE__PROPOSAL_STATE_NEXT;
    bool is_ahead = meeting->state == PB__MEETING_STATE__MEETING_STATE_SCHEDULED && now_us < meeting->starts_at_us;
    return waits && is_ahead;
}

static bool is_same_text(const char *one, const char *other)
{
    return strcmp(one ? one : "", other ? other : "") == 0;
}

enum err proposal_decide(const struct proposal *proposal, const struct meeting *meeting,
                         const struct proposal_verdict *verdict, const struct meeting_cause *cause,
                         struct problems *problems, struct proposal *ret_next)
{
    Pb__ProposalState next = state_of(verdict->decision);
    bool is_repeated = proposal->state == next && is_same_text(proposal->decision_reason, verdict->reason);
    if (!is_repeated && !may_become(proposal, next, meeting, cause->now_us))
        return ERR_WRONG_STATE;
    check_verdict(verdict, problems);
    enum err err = problems_verdict(problems);
    if (err)
        return err;
    *ret_next = *proposal;
    if (is_repeated)
        return ERR_OK;
    ret_next->state = next;
    ret_next->decision_reason = verdict->reason;
    ret_next->decided_at_us = cause->now_us;
    if (next == PB__PROPOSAL_STATE__PROPOSAL_STATE_ACCEPTED)
        ret_next->agenda_item = uuid_derive(&cause->message, "agenda", 0);
    return ERR_OK;
}

struct agenda_item proposal_topic(const struct proposal *accepted, int32_t minutes)
{
    return (struct agenda_item){
        .id = accepted->agenda_item,
        .title = accepted->title,
        .minutes = minutes,
        .has_source = true,
        .source_type = PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_PROPOSAL,
        .source = accepted->id,
    };
}
