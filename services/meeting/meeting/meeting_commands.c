/* Each command: what it must have loaded, then look up → rule → keep → tell. */
#include "services/meeting/meeting/meeting_commands.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/directory/audience.h"
#include "services/directory/lookup.h"
#include "services/meeting/document/document_lookup.h"
#include "services/meeting/host/host_lookup.h"
#include "services/meeting/meeting/meeting_context.h"
#include "services/meeting/meeting/meeting_facts.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/meeting/meeting_view.h"

/* The answer names a notification that another service makes of the event. */
static bool rings(const struct meeting_context *context, const struct meeting *next)
{
    static const struct uuid NONE;
    const struct meeting *before = context->meeting;
    return !uuid_equal(&next->notification, before ? &before->notification : &NONE);
}

/* Keeps the next state, and answers with it. */
static enum err keep(const struct meeting_context *context, const struct meeting *next, const ProtobufCMessage *event)
{
    const struct loop_message *message = context->message;
    enum err err = meeting_context_keep(context, next, event);
    if (err)
        return err;
    loop_answer(message, &next->id, next->version, &view_meeting(message->ctx, next, context->host)->base);
    if (rings(context, next))
        loop_answer_after_events(message);
    return ERR_OK;
}

/* --- what bodies name --------------------------------------------------------------------------------------------- */

static void want_named(const struct loop_message *message, size_t n_participants, ProtobufCBinaryData *participants,
                       size_t n_items, Pb__AgendaItemInput **items)
{
    for (size_t i = 0; i < n_participants; i++) {
        struct uuid id = uuid_or_zero(participants[i]);
        directory_set_want_person(directory_lookup(message->batch), &id);
    }
    for (size_t i = 0; i < n_items; i++)
        for (size_t j = 0; j < items[i]->n_document_ids; j++) {
            struct uuid id = uuid_or_zero(items[i]->document_ids[j]);
            document_want(message->batch, &id);
        }
}

static void read_participants(const struct meeting_context *context, size_t n, ProtobufCBinaryData *ids,
                              struct meeting_input *input)
{
    enum { MAY_ATTEND = STANDING_MEMBER | STANDING_HEAD | STANDING_COMMITTEE };
    const struct loop_message *message = context->message;
    struct participant_input *participants = mem_array(message->ctx, struct participant_input, n);
    for (size_t i = 0; i < n; i++) {
        struct uuid id = uuid_or_zero(ids[i]);
        const struct directory_person *person = directory_set_person(directory_lookup(message->batch), &id);
        bool may_attend = person && (directory_standing(person, &context->host->org, message->now_us) & MAY_ATTEND);
        participants[i] = (struct participant_input){id, may_attend};
    }
    input->participants = participants;
    input->n_participants = n;
}

/* What the agenda names already stays, whoever edits it. */
static const struct agenda_document *named_already(const struct meeting *meeting, const struct uuid *id)
{
    for (size_t i = 0; meeting && i < meeting->n_agenda; i++)
        for (size_t j = 0; j < meeting->agenda[i].n_documents; j++)
            if (uuid_equal(&meeting->agenda[i].documents[j].id, id))
                return &meeting->agenda[i].documents[j];
    return NULL;
}

/* He names what he may read. */
static bool may_name(const struct meeting_context *context, const struct document *document)
{
    struct audience_reader reader = audience_reader_of(directory_lookup(context->message->batch), context->person,
                                                       &document->issuer, &document->author, &document->audience,
                                                       context->cause.now_us);
    return audience_may_read(document->classification, false, &reader);
}

static const char *document_title(const struct meeting_context *context, const struct uuid *id)
{
    const struct agenda_document *named = named_already(context->meeting, id);
    if (named)
        return named->title;
    const struct loop_message *message = context->message;
    const struct document *document = document_find(message->batch, id, message->appended_at_us);
    return document && may_name(context, document) ? document->title : NULL;
}

static void read_item(const struct meeting_context *context, const Pb__AgendaItemInput *said,
                      struct agenda_input *ret_item)
{
    struct agenda_document *documents = mem_array(context->message->ctx, struct agenda_document, said->n_document_ids);
    for (size_t i = 0; i < said->n_document_ids; i++) {
        documents[i].id = uuid_or_zero(said->document_ids[i]);
        documents[i].title = document_title(context, &documents[i].id);
    }
    *ret_item = (struct agenda_input){
        .id = said->has_id ? uuid_or_zero(said->id) : (struct uuid){{0}},
        .title = said->title,
        .minutes = said->minutes,
        .documents = documents,
        .n_documents = said->n_document_ids,
    };
}

static void read_agenda(const struct meeting_context *context, size_t n, Pb__AgendaItemInput **items,
                        struct meeting_input *input)
{
    struct agenda_input *agenda = mem_array(context->message->ctx, struct agenda_input, n);
    for (size_t i = 0; i < n; i++)
        read_item(context, items[i], &agenda[i]);
    input->agenda = agenda;
    input->n_agenda = n;
}

/* What holds for its organisation when it was said. */
static struct meeting_rules read_rules(const struct meeting_context *context)
{
    const struct directory_org *org = &context->host->org;
    Pb__RuleValues values;
    directory_rules_at(context->host->rules, org->path, org->n_path, context->cause.now_us, &values);
    return (struct meeting_rules){.registration_day = values.registration_day,
                                  .agenda_limit_minutes = values.agenda_limit_minutes};
}

/* --- ScheduleMeeting ---------------------------------------------------------------------------------------------- */

static enum err want_schedule(const struct loop_message *message)
{
    const Pb__ScheduleMeeting *body = (const Pb__ScheduleMeeting *)message->body;
    struct uuid org = uuid_or_zero(body->organization_id);
    directory_set_want_person(directory_lookup(message->batch), &message->actor);
    meeting_set_want_new(message->batch, &message->aggregate, &org, clock_local_month(body->starts_at_us));
    want_named(message, body->n_participant_ids, body->participant_ids, body->n_agenda, body->agenda);
    return ERR_OK;
}

static struct meeting_input schedule_input(const struct meeting_context *context)
{
    const Pb__ScheduleMeeting *body = (const Pb__ScheduleMeeting *)context->message->body;
    struct meeting_input input = {
        .sets_kind = true,
        .sets_starts_at = true,
        .sets_participants = true,
        .sets_agenda = true,
        .kind = body->kind,
        .starts_at_us = body->starts_at_us,
        .place = body->place,
        .rules = read_rules(context),
    };
    read_participants(context, body->n_participant_ids, body->participant_ids, &input);
    read_agenda(context, body->n_agenda, body->agenda, &input);
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

static enum err apply_schedule(const struct loop_message *message)
{
    const Pb__ScheduleMeeting *body = (const Pb__ScheduleMeeting *)message->body;
    struct meeting_context context;
    enum err err = take_host(message, &context);
    if (err)
        return err;
    const struct directory_org *org = &context.host->org;
    struct meeting_input input = schedule_input(&context);
    struct meeting_convener convener = {message->aggregate, org->id, org->level == PB__LEVEL__LEVEL_BRANCH};
    struct problems problems = {.n = 0};
    struct meeting next;
    err = meeting_schedule(message->ctx, &convener, &input, body->has_publish && body->publish, &context.cause,
                           &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    return keep(&context, &next, facts_of_state(message->ctx, &next));
}

/* --- EditMeeting -------------------------------------------------------------------------------------------------- */

/* Of fields that may be emptied only the mask tells whether the body named them. */
static bool names(const Pb__EditMeeting *body, uint32_t field)
{
    for (size_t i = 0; i < body->n_named_fields; i++)
        if (body->named_fields[i] == field)
            return true;
    return false;
}

static enum err want_edit(const struct loop_message *message)
{
    const Pb__EditMeeting *body = (const Pb__EditMeeting *)message->body;
    directory_set_want_person(directory_lookup(message->batch), &message->actor);
    meeting_set_want(message->batch, &message->aggregate, MEETING_WANT_AGENDA | MEETING_WANT_AUDIENCE);
    if (body->has_starts_at_us || body->has_kind)
        meeting_set_want_move(message->batch, &message->aggregate, body->has_starts_at_us,
                              body->has_starts_at_us ? clock_local_month(body->starts_at_us) : 0);
    want_named(message, body->n_participant_ids, body->participant_ids, body->n_agenda, body->agenda);
    return ERR_OK;
}

static struct meeting_input edit_input(const struct meeting_context *context)
{
    const Pb__EditMeeting *body = (const Pb__EditMeeting *)context->message->body;
    struct meeting_input input = {
        .sets_kind = body->has_kind,
        .sets_starts_at = body->has_starts_at_us,
        .sets_participants = names(body, FIELD_EDIT_MEETING_PARTICIPANT_IDS),
        .sets_agenda = names(body, FIELD_EDIT_MEETING_AGENDA),
        .sets_change_note = names(body, FIELD_EDIT_MEETING_CHANGE_NOTE),
        .kind = body->kind,
        .starts_at_us = body->starts_at_us,
        .place = body->place,
        .change_note = body->change_note,
        .rules = read_rules(context),
    };
    if (input.sets_participants)
        read_participants(context, body->n_participant_ids, body->participant_ids, &input);
    if (input.sets_agenda)
        read_agenda(context, body->n_agenda, body->agenda, &input);
    return input;
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
    return keep(&context, &next, facts_of_edit(message->ctx, context.meeting, &next, moved));
}

/* --- PublishMeeting, CancelMeeting, DeleteMeetingDraft ------------------------------------------------------------ */

static enum err want_meeting(const struct loop_message *message)
{
    meeting_context_want(message, MEETING_WANT_AGENDA | MEETING_WANT_AUDIENCE);
    return ERR_OK;
}

static enum err apply_publish(const struct loop_message *message)
{
    struct meeting_context context;
    struct problems problems = {.n = 0};
    struct meeting next;
    enum err err = meeting_context_take(message, &MEETING_PUBLISH, &context);
    if (err)
        return err;
    err = meeting_publish(context.meeting, &context.cause, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    return keep(&context, &next, facts_of_state(message->ctx, &next));
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
    return keep(&context, &next, facts_of_state(message->ctx, &next));
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
    {&pb__edit_meeting__descriptor, want_edit, apply_edit},
    {&pb__publish_meeting__descriptor, want_meeting, apply_publish},
    {&pb__cancel_meeting__descriptor, want_meeting, apply_cancel},
    {&pb__delete_meeting_draft__descriptor, want_meeting, apply_delete},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

const struct loop_part MEETING_COMMANDS_PART = {
    .name = "meeting_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
