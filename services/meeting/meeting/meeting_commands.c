/* Each command: what it must have loaded, then look up → rule → keep → tell. */
#include "services/meeting/meeting/meeting_commands.h"

#include "common/base/array.h"
#include "services/directory/lookup.h"
#include "services/directory/urgency.h"
#include "services/meeting/host/host_lookup.h"
#include "services/meeting/meeting/meeting_answer.h"
#include "services/meeting/meeting/meeting_context.h"
#include "services/meeting/meeting/meeting_facts.h"
#include "services/meeting/meeting/meeting_input.h"
#include "services/meeting/meeting/meeting_set.h"

/* --- ScheduleMeeting ---------------------------------------------------------------------------------------------- */

static enum err want_schedule(const struct loop_message *message)
{
    const Pb__ScheduleMeeting *body = (const Pb__ScheduleMeeting *)message->body;
    struct uuid org = uuid_or_zero(body->organization_id);
    directory_set_want_person(directory_lookup(message->batch), &message->actor);
    meeting_set_want_new(message->batch, &message->aggregate, &org,
                         meeting_month_of(body->starts_at_us, body->has_month ? body->month : 0));
    meeting_set_want_hour(message->batch, &message->aggregate, &org, body->starts_at_us);
    meeting_input_want(message, body->n_participant_ids, body->participant_ids, body->n_agenda, body->agenda);
    return ERR_OK;
}

static struct meeting_input schedule_input(const struct meeting_context *context)
{
    const Pb__ScheduleMeeting *body = (const Pb__ScheduleMeeting *)context->message->body;
    struct meeting_input input = {
        .sets_kind = true,
        .sets_starts_at = true,
        .sets_month = body->has_month,
        .sets_participants = true,
        .sets_agenda = true,
        .kind = body->kind,
        .starts_at_us = body->starts_at_us,
        .month = body->month,
        .place = body->place,
        .rules = meeting_context_rules(context),
    };
    meeting_input_participants(context, body->n_participant_ids, body->participant_ids, &input);
    meeting_input_agenda(context, body->n_agenda, body->agenda, &input);
    return input;
}

/* Who convenes, in an organisation that he knows. */
static enum err take_host(const struct loop_message *message, struct meeting_context *ret_context)
{
    const Pb__ScheduleMeeting *body = (const Pb__ScheduleMeeting *)message->body;
    struct uuid org = uuid_or_zero(body->organization_id);
    const struct meeting_host *host = host_find(message->batch, &org);
    if (!host)
        return ERR_NOT_FOUND;
    meeting_context_of_host(message, host, ret_context);
    if (!directory_knows(directory_lookup(message->batch), ret_context->person, &host->org, message->now_us))
        return ERR_NOT_FOUND;
    if (!meeting_may_convene(body->kind, &ret_context->actor))
        return ERR_NOT_ALLOWED;
    if (host->org.state != PB__ORGANIZATION_STATE__ORGANIZATION_STATE_ACTIVE)
        return ERR_ORGANIZATION_CLOSED;
    bool exists = meeting_set_find(message->batch, &message->aggregate);
    return exists ? ERR_ALREADY_EXISTS : ERR_OK; /* the same key again, long after its outcome was forgotten */
}

/* A draft rings nobody, whatever was asked for. */
static enum err keep_published(const struct meeting_context *context, const struct meeting *next, bool is_urgent)
{
    const struct loop_message *message = context->message;
    if (is_urgent && next->state == PB__MEETING_STATE__MEETING_STATE_SCHEDULED)
        urgency_tell(message, PB__AUDIT_SUBJECT__TYPE__TYPE_MEETING, &next->id, &next->organization);
    return meeting_keep(context, next, facts_of_publication(message->ctx, next, is_urgent));
}

static enum err apply_schedule(const struct loop_message *message)
{
    const Pb__ScheduleMeeting *body = (const Pb__ScheduleMeeting *)message->body;
    struct meeting_context context;
    enum err err = take_host(message, &context);
    if (err)
        return err;
    bool is_urgent = body->has_urgent && body->urgent;
    if (is_urgent && !meeting_may_be_urgent(body->kind, body->starts_at_us, &context.actor, message->now_us))
        return loop_field(message, "/urgent", ERR_FIELD_URGENT);
    const struct directory_org *org = &context.host->org;
    struct meeting_input input = schedule_input(&context);
    struct meeting_convener convener = {message->aggregate, org->id, org->level == PB__LEVEL__LEVEL_BRANCH};
    struct problems problems = {.n = 0};
    struct meeting next;
    err = meeting_schedule(message->ctx, &convener, &input, body->has_publish && body->publish, &context.cause,
                           &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    return keep_published(&context, &next, is_urgent);
}

/* --- PublishMeeting, CancelMeeting, DeleteMeetingDraft ------------------------------------------------------- */

static enum err want_meeting(const struct loop_message *message)
{
    meeting_context_want(message, MEETING_WANT_AGENDA | MEETING_WANT_AUDIENCE);
    return ERR_OK;
}

static enum err apply_publish(const struct loop_message *message)
{
    const Pb__PublishMeeting *body = (const Pb__PublishMeeting *)message->body;
    struct meeting_context context;
    struct problems problems = {.n = 0};
    struct meeting next;
    enum err err = meeting_context_take(message, &MEETING_PUBLISH, &context);
    if (err)
        return err;
    bool is_urgent = body->has_urgent && body->urgent;
    if (is_urgent &&
        !meeting_may_be_urgent(context.meeting->kind, context.meeting->starts_at_us, &context.actor, message->now_us))
        return loop_field(message, "/urgent", ERR_FIELD_URGENT);
    err = meeting_publish(context.meeting, &context.cause, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    return keep_published(&context, &next, is_urgent);
}

static enum err apply_cancel(const struct loop_message *message)
{
    const Pb__CancelMeeting *body = (const Pb__CancelMeeting *)message->body;
    struct meeting_context context;
    struct meeting next;
    enum err err = meeting_context_take(message, &MEETING_CANCEL, &context);
    if (err)
        return err;
    meeting_cancel(context.meeting, body->reason, &context.cause, &next);
    return meeting_keep(&context, &next, facts_of_state(message->ctx, &next));
}

static enum err apply_delete(const struct loop_message *message)
{
    struct meeting_context context;
    enum err err = meeting_context_take(message, &MEETING_DELETE, &context);
    if (err)
        return err;
    meeting_context_delete(&context, facts_of_deletion(message->ctx, context.meeting));
    loop_answer(message, &message->aggregate, 0, NULL);
    return ERR_OK;
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static const struct loop_handler ROWS[] = {
    {&pb__schedule_meeting__descriptor, want_schedule, apply_schedule},
    {&pb__publish_meeting__descriptor, want_meeting, apply_publish},
    {&pb__cancel_meeting__descriptor, want_meeting, apply_cancel},
    {&pb__delete_meeting_draft__descriptor, want_meeting, apply_delete},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

const struct loop_part MEETING_COMMANDS_PART = {
    .name = "meeting_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
