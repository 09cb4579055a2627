#include "services/meeting/roll/edit_commands.h"

#include "common/base/array.h"
#include "contract_numbers.h"
#include "services/directory/lookup.h"
#include "services/meeting/meeting/meeting_answer.h"
#include "services/meeting/meeting/meeting_facts.h"
#include "services/meeting/meeting/meeting_input.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/roll/roll_keep.h"
#include "services/meeting/roll/roll_set.h"

/* Of fields that may be emptied only the mask tells whether the body named them. */
static bool names(const Pb__EditMeeting *body, uint32_t field)
{
    for (size_t i = 0; i < body->n_named_fields; i++)
        if (body->named_fields[i] == field)
            return true;
    return false;
}

static bool changes_who_comes(const Pb__EditMeeting *body)
{
    return body->has_kind || body->has_starts_at_us || names(body, FIELD_EDIT_MEETING_PARTICIPANT_IDS);
}

static enum err want_edit(const struct loop_message *message)
{
    const Pb__EditMeeting *body = (const Pb__EditMeeting *)message->body;
    directory_set_want_person(directory_lookup(message->batch), &message->actor);
    meeting_set_want(message->batch, &message->aggregate, MEETING_WANT_AGENDA | MEETING_WANT_AUDIENCE);
    if (changes_who_comes(body))
        roll_set_want(message->batch, &message->aggregate);
    if (body->has_starts_at_us)
        meeting_set_want_hour(message->batch, &message->aggregate, NULL, body->starts_at_us);
    if (body->has_starts_at_us || body->has_kind || body->has_month) {
        bool has_month = body->has_starts_at_us || body->has_month;
        meeting_set_want_move(message->batch, &message->aggregate, has_month,
                              has_month ? meeting_month_of(body->starts_at_us, body->has_month ? body->month : 0) : 0);
    }
    meeting_input_want(message, body->n_participant_ids, body->participant_ids, body->n_agenda, body->agenda);
    return ERR_OK;
}

static struct meeting_input edit_input(const struct meeting_context *context)
{
    const Pb__EditMeeting *body = (const Pb__EditMeeting *)context->message->body;
    struct meeting_input input = {
        .sets_kind = body->has_kind,
        .sets_starts_at = body->has_starts_at_us,
        .sets_month = body->has_month,
        .sets_participants = names(body, FIELD_EDIT_MEETING_PARTICIPANT_IDS),
        .sets_agenda = names(body, FIELD_EDIT_MEETING_AGENDA),
        .sets_change_note = names(body, FIELD_EDIT_MEETING_CHANGE_NOTE),
        .kind = body->kind,
        .starts_at_us = body->starts_at_us,
        .month = body->month,
        .place = body->place,
        .change_note = body->change_note,
        .rules = meeting_context_rules(context),
    };
    if (input.sets_participants)
        meeting_input_participants(context, body->n_participant_ids, body->participant_ids, &input);
    if (input.sets_agenda)
        meeting_input_agenda(context, body->n_agenda, body->agenda, &input);
    return input;
}

/* The answer is the meeting with its new counts. */
static void recount(const struct meeting_context *context)
{
    struct loop_batch *batch = context->message->batch;
    roll_recount(context, roll_set_find(batch, &context->message->aggregate));
    meeting_answer(context, meeting_set_find(batch, &context->message->aggregate));
}

static enum err apply_edit(const struct loop_message *message)
{
    const Pb__EditMeeting *body = (const Pb__EditMeeting *)message->body;
    struct meeting_context context;
    enum err err = meeting_context_take(message, &MEETING_EDIT, &context);
    if (err)
        return err;
    if (body->has_kind && !meeting_may_convene(body->kind, &context.actor))
        return ERR_NOT_ALLOWED;

    struct meeting_input input = edit_input(&context);
    struct problems problems = {.n = 0};
    struct meeting next;
    bool moved;
    bool is_branch = context.host->org.level == PB__LEVEL__LEVEL_BRANCH;
    err = meeting_edit(message->ctx, context.meeting, is_branch, &input, &context.cause, &problems, &next, &moved);
    if (err)
        return problems_refuse(&problems, message, err);
    if (next.version == context.meeting->version) {
        meeting_answer(&context, context.meeting);
        return ERR_OK;
    }
    err = meeting_keep(&context, &next, facts_of_edit(message->ctx, context.meeting, &next, moved));
    if (!err && changes_who_comes(body))
        recount(&context);
    return err;
}

static const struct loop_handler ROWS[] = {{&pb__edit_meeting__descriptor, want_edit, apply_edit}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

const struct loop_part EDIT_COMMANDS_PART = {
    .name = "edit_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
