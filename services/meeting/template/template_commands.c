#include "services/meeting/template/template_commands.h"

#include "common/base/array.h"
#include "contract_numbers.h"
#include "services/meeting/prepared/prepared_set.h"
#include "services/meeting/template/template_set.h"
#include "services/meeting/template/template_view.h"

static void keep(const struct loop_message *message, const struct agenda_template *next)
{
    prepared_set_keep(message->batch, &TEMPLATE_PART, next);
    loop_tag(message->batch, TAG_TEMPLATES, &next->is.organization);
}

static void answer(const struct loop_message *message, const struct agenda_template *of)
{
    loop_answer(message, &of->is.id, of->is.version, &view_template(message->ctx, of)->base);
}

static enum err want_add(const struct loop_message *message)
{
    prepared_set_want_new(message, &TEMPLATE_PART);
    return ERR_OK;
}

static enum err apply_add(const struct loop_message *message)
{
    const Pb__AddAgendaTemplate *body = (const Pb__AddAgendaTemplate *)message->body;
    const struct template_input input = {.title = body->title,
                                         .sets_minutes = true,
                                         .sets_kinds = true,
                                         .minutes = body->minutes,
                                         .kinds = body->kinds,
                                         .n_kinds = body->n_kinds};
    struct problems problems = {.n = 0};
    struct meeting_context context;
    struct agenda_template next;
    enum err err = prepared_set_take_host(message, &context);
    if (err)
        return err;
    int32_t n = prepared_set_count(message->batch, &TEMPLATE_PART, &message->aggregate);
    err = template_add(&message->aggregate, &input, n, &context.cause, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    keep(message, &next);
    answer(message, &next);
    return ERR_OK;
}

static enum err want_template(const struct loop_message *message)
{
    prepared_set_want(message, &TEMPLATE_PART);
    return ERR_OK;
}

/* Of a list only the mask tells whether the body named it. */
static bool names_kinds(const Pb__EditAgendaTemplate *body)
{
    for (size_t i = 0; i < body->n_named_fields; i++)
        if (body->named_fields[i] == FIELD_EDIT_AGENDA_TEMPLATE_KINDS)
            return true;
    return false;
}

static enum err apply_edit(const struct loop_message *message)
{
    const Pb__EditAgendaTemplate *body = (const Pb__EditAgendaTemplate *)message->body;
    const struct template_input input = {.title = body->title,
                                         .sets_minutes = body->has_minutes,
                                         .sets_kinds = names_kinds(body),
                                         .minutes = body->minutes,
                                         .kinds = body->kinds,
                                         .n_kinds = body->n_kinds};
    struct problems problems = {.n = 0};
    struct meeting_context context;
    const void *found;
    struct agenda_template next;
    enum err err = prepared_set_take(message, &TEMPLATE_PART, &context, &found);
    if (err)
        return err;
    const struct agenda_template *old = found;
    err = template_edit(old, &input, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    if (next.is.version != old->is.version)
        keep(message, &next);
    answer(message, &next);
    return ERR_OK;
}

static enum err apply_delete(const struct loop_message *message)
{
    struct meeting_context context;
    const void *found;
    enum err err = prepared_set_take(message, &TEMPLATE_PART, &context, &found);
    if (err)
        return err;
    struct agenda_template gone = *(const struct agenda_template *)found;
    gone.is.version = 0;
    keep(message, &gone);
    loop_answer(message, &message->aggregate, 0, NULL);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {
    {&pb__add_agenda_template__descriptor, want_add, apply_add},
    {&pb__edit_agenda_template__descriptor, want_template, apply_edit},
    {&pb__delete_agenda_template__descriptor, want_template, apply_delete},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

const struct loop_part TEMPLATE_COMMANDS_PART = {
    .name = "template_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
