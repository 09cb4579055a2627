#include "services/meeting/proposal/proposal_commands.h"

#include "common/base/array.h"
#include "services/meeting/meeting/meeting_context.h"
#include "services/meeting/meeting/meeting_facts.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/proposal/proposal_facts.h"
#include "services/meeting/proposal/proposal_set.h"
#include "services/meeting/proposal/proposal_view.h"

static void answer(const struct loop_message *message, const struct named_proposal *proposal)
{
    loop_answer(message, &proposal->is.id, 0, &view_proposal(message->ctx, proposal)->base);
}

/* Keeps the proposal, tells of it, says what is stale, and answers with it. */
static void keep(const struct meeting_context *context, const struct named_proposal *proposal,
                 const ProtobufCMessage *event, int32_t counted)
{
    const struct loop_message *message = context->message;
    proposal_set_keep(message->batch, proposal);
    meeting_context_count(context, MEETING_PROPOSALS, counted);
    loop_event(message, TOPIC_MEETING_EVENTS, &context->meeting->id, event);
    loop_tag(message->batch, TAG_PROPOSALS, &context->meeting->id);
    answer(message, proposal);
}

/* The heads hear of a proposal, its author of the decision. */
static struct uuid notification_of(const struct loop_message *message)
{
    return uuid_derive(&message->id, "notification", 0);
}

/* --- ProposeTopic ------------------------------------------------------------------------------------------------- */

static enum err want_propose(const struct loop_message *message)
{
    meeting_context_want(message, 0);
    proposal_set_want_open(message->batch, &message->aggregate, &message->actor);
    return ERR_OK;
}

static enum err apply_propose(const struct loop_message *message)
{
    const Pb__ProposeTopic *body = (const Pb__ProposeTopic *)message->body;
    struct meeting_context context;
    enum err err = meeting_context_take(message, &PROPOSAL_MAKE, &context);
    if (err)
        return err;
    const struct proposal_input input = {
        .title = body->title,
        .reason = body->reason,
        .n_open = proposal_set_open(message->batch, &message->aggregate, &message->actor),
    };
    struct named_proposal proposal = {.author = context.person->full_name};
    err = proposal_make(context.meeting, &message->actor, &input, &context.cause, &proposal.is);
    if (err)
        return err;
    struct uuid notification = notification_of(message);
    keep(&context, &proposal, facts_of_proposal(message->ctx, context.meeting, &proposal.is, &notification), 1);
    return ERR_OK;
}

/* --- WithdrawProposal, DecideProposal ----------------------------------------------------------------------------- */

/* Visible → role → state, as for the meeting: the proposal of this id, if it is this meeting's and the actor sees
 * it. */
static enum err take_proposal(const struct loop_message *message, const struct meeting_action *action,
                              const struct uuid *id, struct meeting_context *ret_context,
                              const struct named_proposal **ret_proposal)
{
    enum err err = meeting_context_take(message, action, ret_context);
    if (err == ERR_NOT_FOUND || err == ERR_RETRY)
        return err;
    const struct named_proposal *proposal = proposal_set_find(message->batch, id);
    bool is_seen = proposal && uuid_equal(&proposal->is.meeting, &ret_context->meeting->id) &&
                   meeting_may_read(ret_context->meeting, &ret_context->actor);
    if (!is_seen)
        return ERR_NOT_FOUND;
    *ret_proposal = proposal;
    return err;
}

static enum err want_withdraw(const struct loop_message *message)
{
    struct uuid id = uuid_or_zero(((const Pb__WithdrawProposal *)message->body)->proposal_id);
    meeting_context_want(message, 0);
    proposal_set_want(message->batch, &id);
    return ERR_OK;
}

static enum err apply_withdraw(const struct loop_message *message)
{
    struct uuid id = uuid_or_zero(((const Pb__WithdrawProposal *)message->body)->proposal_id);
    struct meeting_context context;
    const struct named_proposal *found;
    enum err err = take_proposal(message, &PROPOSAL_WITHDRAW, &id, &context, &found);
    if (err)
        return err;
    struct named_proposal next = *found;
    err = proposal_withdraw(&found->is, &message->actor, &next.is);
    if (err)
        return err;
    keep(&context, &next, facts_of_withdrawal(message->ctx, context.meeting, &next.is, message->now_us), 0);
    return ERR_OK;
}

static enum err want_decide(const struct loop_message *message)
{
    struct uuid id = uuid_or_zero(((const Pb__DecideProposal *)message->body)->proposal_id);
    meeting_context_want(message, MEETING_WANT_AGENDA);
    proposal_set_want(message->batch, &id);
    return ERR_OK;
}

/* What is accepted becomes a topic of the meeting. */
static enum err add_topic(const struct meeting_context *context, const struct proposal *accepted, int32_t minutes)
{
    TALLOC_CTX *ctx = context->message->ctx;
    struct agenda_item topic = proposal_topic(accepted, minutes);
    struct meeting next;
    enum err err = meeting_add_item(ctx, context->meeting, &topic, &next);
    if (err)
        return err;
    return meeting_context_keep(context, &next, facts_of_edit(ctx, context->meeting, &next, false));
}

static enum err apply_decide(const struct loop_message *message)
{
    const Pb__DecideProposal *body = (const Pb__DecideProposal *)message->body;
    const struct proposal_verdict verdict = {body->decision, body->reason, body->has_minutes, body->minutes};
    struct uuid id = uuid_or_zero(body->proposal_id);
    struct problems problems = {.n = 0};
    struct meeting_context context;
    const struct named_proposal *found;
    enum err err = take_proposal(message, &PROPOSAL_DECIDE, &id, &context, &found);
    if (err)
        return err;
    struct named_proposal next = *found;
    err = proposal_decide(&found->is, context.meeting, &verdict, &context.cause, &problems, &next.is);
    if (err)
        return problems_refuse(&problems, message, err);
    bool is_repeated = next.is.state == found->is.state;
    if (is_repeated) {
        answer(message, found);
        return ERR_OK;
    }
    if (next.is.state == PB__PROPOSAL_STATE__PROPOSAL_STATE_ACCEPTED)
        err = add_topic(&context, &next.is, body->minutes);
    if (err)
        return err;
    struct uuid notification = notification_of(message);
    keep(&context, &next, facts_of_decision(message->ctx, context.meeting, &next.is, &notification), 0);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {
    {&pb__propose_topic__descriptor, want_propose, apply_propose},
    {&pb__withdraw_proposal__descriptor, want_withdraw, apply_withdraw},
    {&pb__decide_proposal__descriptor, want_decide, apply_decide},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

const struct loop_part PROPOSAL_COMMANDS_PART = {
    .name = "proposal_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
