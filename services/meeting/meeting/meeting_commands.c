/* Each command: what it must have loaded, then look up → rule → keep → tell. */
#include "services/meeting/meeting/meeting_commands.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/directory/lookup.h"
#include "services/meeting/document/document_lookup.h"
#include "services/meeting/host/host_lookup.h"
#include "services/meeting/meeting/meeting_answer.h"
#include "services/meeting/meeting/meeting_context.h"
#include "services/meeting/meeting/meeting_facts.h"
#include "services/meeting/meeting/meeting_set.h"

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
static const char *document_title(const struct meeting_context *context, const struct uuid *id)
{
    const struct agenda_document *named = named_already(context->meeting, id);
    if (named)
        return named->title;
    const struct document *document = meeting_context_document(context, id);
    return document ? document->title : NULL;
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
        .has_source = said->source != NULL,
    };
    if (!said->source)
        return;
    ret_item->source_type = said->source->type;
    if (said->source->has_id)
        ret_item->source = uuid_or_zero(said->source->id);
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

/* --- ScheduleMeeting ---------------------------------------------------------------------------------------------- */

static enum err want_schedule(const struct loop_message *message)
{
    const Pb__ScheduleMeeting *body = (const Pb__ScheduleMeeting *)message->body;
    struct uuid org = uuid_or_zero(body->organization_id);
    directory_set_want_person(directory_lookup(message->batch), &message->actor);
    meeting_set_want_new(message->batch, &message->aggregate, &org,
                         meeting_month_of(body->starts_at_us, body->has_month ? body->month : 0));
    want_named(message, body->n_participant_ids, body->participant_ids, body->n_agenda, body->agenda);
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
    return meeting_keep(&context, &next, facts_of_publication(message->ctx, &next, is_urgent));
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
    if (body->has_starts_at_us || body->has_kind || body->has_month) {
        bool has_month = body->has_starts_at_us || body->has_month;
        meeting_set_want_move(message->batch, &message->aggregate, has_month,
                              has_month ? meeting_month_of(body->starts_at_us, body->has_month ? body->month : 0) : 0);
    }
    want_named(message, body->n_participant_ids, body->participant_ids, body->n_agenda, body->agenda);
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
    if (next.version == context.meeting->version) {
        meeting_answer(&context, context.meeting);
        return ERR_OK;
    }
    return meeting_keep(&context, &next, facts_of_edit(message->ctx, context.meeting, &next, moved));
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
    return meeting_keep(&context, &next, facts_of_publication(message->ctx, &next, is_urgent));
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
    {&pb__edit_meeting__descriptor, want_edit, apply_edit},
    {&pb__publish_meeting__descriptor, want_meeting, apply_publish},
    {&pb__cancel_meeting__descriptor, want_meeting, apply_cancel},
    {&pb__delete_meeting_draft__descriptor, want_meeting, apply_delete},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

const struct loop_part MEETING_COMMANDS_PART = {
    .name = "meeting_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
