#include "services/meeting/task/task_commands.h"

#include "common/base/array.h"
#include "contract_numbers.h"
#include "services/directory/lookup.h"
#include "services/meeting/document/document_lookup.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/prepared/prepared_set.h"
#include "services/meeting/task/task_set.h"
#include "services/meeting/task/task_view.h"

static const char *name_of(const struct loop_message *message, const struct uuid *member)
{
    const struct directory_person *person = directory_set_person(directory_lookup(message->batch), member);
    return person ? person->full_name : NULL;
}

/* Keeps what has changed, says what is stale, and answers with the task. */
static void keep(const struct meeting_context *context, const struct task *next, const struct named_task *before)
{
    const struct loop_message *message = context->message;
    bool stays = before && uuid_equal(&before->is.assignee, &next->assignee);
    const struct named_task named = {*next, stays ? before->assignee : name_of(message, &next->assignee)};
    if (!before || before->is.is.version != next->is.version) {
        prepared_set_keep(message->batch, &TASK_PART, &named);
        loop_tag(message->batch, TAG_TASKS, &next->is.organization);
    }
    loop_answer(message, &next->is.id, next->is.version, &view_task(message->ctx, &named)->base);
}

/* --- what bodies name --------------------------------------------------------------------------------------------- */

static void want_assignee(const struct loop_message *message, bool is_named, ProtobufCBinaryData said)
{
    struct uuid id = uuid_or_zero(said);
    if (is_named)
        directory_set_want_record(directory_lookup(message->batch), &id);
}

static void read_assignee(const struct meeting_context *context, bool is_named, ProtobufCBinaryData said,
                          struct task_input *input)
{
    enum { BELONGS = STANDING_MEMBER | STANDING_HEAD | STANDING_COMMITTEE };
    const struct loop_message *message = context->message;
    if (!is_named)
        return;
    input->assignee = uuid_or_zero(said);
    const struct directory_person *person = directory_set_person(directory_lookup(message->batch), &input->assignee);
    input->may_be_assigned = person && (directory_standing(person, &context->host->org, message->now_us) & BELONGS);
}

static void want_source(const struct loop_message *message, const Pb__Task__Source *said)
{
    if (!said)
        return;
    struct uuid id = uuid_or_zero(said->id);
    if (said->type == PB__TASK__SOURCE__TYPE__TYPE_MEETING)
        meeting_set_want(message->batch, &id, 0);
    else
        document_want(message->batch, &id);
}

/* A meeting of the organisation that he sees, or a document that he may read. */
static bool knows_source(const struct meeting_context *context, const Pb__Task__Source *said)
{
    const struct loop_message *message = context->message;
    struct uuid id = uuid_or_zero(said->id);
    if (said->type == PB__TASK__SOURCE__TYPE__TYPE_MEETING) {
        const struct meeting *meeting = meeting_set_find(message->batch, &id);
        return meeting && uuid_equal(&meeting->organization, &context->host->org.id) &&
               meeting_may_read(meeting, &context->actor);
    }
    return meeting_context_document(context, &id);
}

static void read_source(const struct meeting_context *context, const Pb__Task__Source *said, struct task_input *input)
{
    if (!said)
        return;
    input->sets_source = true;
    input->source_type = said->type;
    input->source = uuid_or_zero(said->id);
    input->is_source_known = knows_source(context, said);
}

/* --- AddTask ------------------------------------------------------------------------------------------------------ */

static enum err want_add(const struct loop_message *message)
{
    const Pb__AddTask *body = (const Pb__AddTask *)message->body;
    prepared_set_want_new(message, &TASK_PART);
    want_assignee(message, body->has_assignee_id, body->assignee_id);
    want_source(message, body->source);
    return ERR_OK;
}

static enum err apply_add(const struct loop_message *message)
{
    const Pb__AddTask *body = (const Pb__AddTask *)message->body;
    struct problems problems = {.n = 0};
    struct meeting_context context;
    struct task next;
    enum err err = prepared_set_take_host(message, &context);
    if (err)
        return err;
    struct task_input input = {
        .title = body->title, .sets_assignee = true, .sets_due_on = true, .due_on = body->due_on};
    read_assignee(&context, body->has_assignee_id, body->assignee_id, &input);
    read_source(&context, body->source, &input);
    int32_t n_open = prepared_set_count(message->batch, &TASK_PART, &message->aggregate);
    err = task_add(&message->aggregate, &input, n_open, &context.cause, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    keep(&context, &next, NULL);
    return ERR_OK;
}

/* --- EditTask ----------------------------------------------------------------------------------------------------- */

/* null clears: only the mask tells whether the body named it. */
static bool names_assignee(const Pb__EditTask *body)
{
    for (size_t i = 0; i < body->n_named_fields; i++)
        if (body->named_fields[i] == FIELD_EDIT_TASK_ASSIGNEE_ID)
            return true;
    return false;
}

static enum err want_edit(const struct loop_message *message)
{
    const Pb__EditTask *body = (const Pb__EditTask *)message->body;
    prepared_set_want(message, &TASK_PART);
    want_assignee(message, body->has_assignee_id, body->assignee_id);
    return ERR_OK;
}

static enum err apply_edit(const struct loop_message *message)
{
    const Pb__EditTask *body = (const Pb__EditTask *)message->body;
    struct problems problems = {.n = 0};
    struct meeting_context context;
    const void *found;
    struct task next;
    enum err err = prepared_set_take(message, &TASK_PART, &context, &found);
    if (err)
        return err;
    const struct named_task *task = found;
    struct task_input input = {.title = body->title,
                               .sets_assignee = names_assignee(body),
                               .sets_due_on = body->has_due_on,
                               .due_on = body->due_on,
                               .sets_state = body->has_state,
                               .state = body->state};
    read_assignee(&context, body->has_assignee_id, body->assignee_id, &input);
    int32_t n_open = prepared_set_count(message->batch, &TASK_PART, &task->is.is.organization);
    err = task_edit(&task->is, &input, n_open, &context.cause, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    keep(&context, &next, task);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {
    {&pb__add_task__descriptor, want_add, apply_add},
    {&pb__edit_task__descriptor, want_edit, apply_edit},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

const struct loop_part TASK_COMMANDS_PART = {
    .name = "task_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
