#include "services/meeting/roll/hold_commands.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "services/meeting/meeting/meeting_answer.h"
#include "services/meeting/meeting/meeting_facts.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/roll/roll_keep.h"
#include "services/meeting/roll/roll_set.h"

/* Answers with the meeting as it is, its roll kept with it. */
static void keep_roll(const struct meeting_context *context, const struct roll *next)
{
    struct loop_batch *batch = context->message->batch;
    roll_keep_of_state(context, next);
    meeting_answer(context, meeting_set_find(batch, &context->message->aggregate));
}

static enum err want_hold(const struct loop_message *message)
{
    meeting_context_want(message, MEETING_WANT_AGENDA | MEETING_WANT_AUDIENCE);
    roll_set_want(message->batch, &message->aggregate);
    return ERR_OK;
}

/* A timer looks again when its last day is over; one that is over already is told of at once, and once. */
static void watch_resolution(const struct loop_message *message, bool was_overdue, const struct meeting *held)
{
    const struct meeting_resolution *resolution = &held->resolution;
    struct uuid notification = uuid_derive(&message->id, "notification", 0);
    Pb__CheckResolution check = PB__CHECK_RESOLUTION__INIT;
    check.meeting_id = uuid_to_pb(message->ctx, &held->id);
    if (resolution->is_overdue && !was_overdue)
        loop_event(message, TOPIC_MEETING_EVENTS, &held->id, facts_of_lateness(message->ctx, held, &notification));
    else if (!resolution->is_overdue && meeting_owes_resolution(held) && uuid_is_zero(&resolution->document))
        loop_timer(message, &held->id, resolution->due_at_us + CLOCK_SECOND_US, &check.base);
}

static enum err apply_hold(const struct loop_message *message)
{
    const Pb__HoldMeeting *body = (const Pb__HoldMeeting *)message->body;
    struct meeting_context context;
    struct problems problems = {.n = 0};
    struct meeting next;
    enum err err = meeting_context_take(message, &MEETING_HOLD, &context);
    if (err)
        return err;
    err = meeting_hold(context.meeting, body->ended_at_us, &context.cause, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    bool was_overdue = context.meeting->resolution.is_overdue;
    meeting_owe_resolution(&next, meeting_context_rules(&context).resolution_due_days, message->now_us);
    struct roll frozen = roll_freeze(message->ctx, context.meeting, roll_set_find(message->batch, &message->aggregate));
    err = meeting_keep(&context, &next, facts_of_state(message->ctx, &next));
    if (err)
        return err;
    watch_resolution(message, was_overdue, &next);
    keep_roll(&context, &frozen);
    return ERR_OK;
}

/* What was cancelled claims its month again. */
static enum err want_reopen(const struct loop_message *message)
{
    meeting_set_want_move(message->batch, &message->aggregate, false, 0);
    return want_hold(message);
}

static enum err apply_reopen(const struct loop_message *message)
{
    const Pb__ReopenMeeting *body = (const Pb__ReopenMeeting *)message->body;
    struct meeting_context context;
    struct meeting next;
    enum err err = meeting_context_take(message, &MEETING_REOPEN, &context);
    if (err)
        return err;
    bool was_held = context.meeting->state == PB__MEETING_STATE__MEETING_STATE_HELD;
    meeting_reopen(context.meeting, body->reason, &context.cause, &next);
    err = meeting_keep(&context, &next, facts_of_reopening(message->ctx, &next, body->reason));
    if (err || !was_held)
        return err;
    struct roll thawed = roll_thaw(message->ctx, roll_set_find(message->batch, &message->aggregate));
    keep_roll(&context, &thawed);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {
    {&pb__hold_meeting__descriptor, want_hold, apply_hold},
    {&pb__reopen_meeting__descriptor, want_reopen, apply_reopen},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

const struct loop_part HOLD_COMMANDS_PART = {
    .name = "hold_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
