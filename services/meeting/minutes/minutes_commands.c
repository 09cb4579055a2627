#include "services/meeting/minutes/minutes_commands.h"

#include "common/base/array.h"
#include "services/directory/lookup.h"
#include "services/meeting/document/document_lookup.h"
#include "services/meeting/meeting/meeting_context.h"
#include "services/meeting/meeting/meeting_facts.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/minutes/minutes_set.h"
#include "services/meeting/minutes/minutes_view.h"

static enum err want_put(const struct loop_message *message)
{
    const Pb__PutMinutes *body = (const Pb__PutMinutes *)message->body;
    struct uuid document = uuid_or_zero(body->document_id);
    meeting_context_want(message, MEETING_WANT_AGENDA);
    directory_set_want_person(directory_lookup(message->batch), &message->actor);
    minutes_set_want(message->batch, &message->aggregate);
    if (body->has_document_id)
        document_want(message->batch, &document);
    return ERR_OK;
}

/* Who reads the meeting reads published minutes in it: it changes with them. */
static enum err show(const struct meeting_context *context, const struct minutes *published, bool tells)
{
    TALLOC_CTX *ctx = context->message->ctx;
    struct meeting next;
    minutes_show(ctx, context->meeting, published, tells, &context->cause, &next);
    return meeting_context_keep(
        context, &next, tells ? facts_of_minutes(ctx, &next) : facts_of_edit(ctx, context->meeting, &next, false));
}

static enum err keep(const struct meeting_context *context, const struct minutes *old, const struct minutes *next)
{
    const struct loop_message *message = context->message;
    bool is_published = next->published_at_us > 0, was_published = old->published_at_us > 0;
    enum err err = is_published ? show(context, next, !was_published) : ERR_OK;
    if (err)
        return err;
    minutes_set_keep(message->batch, next);
    loop_tag(message->batch, TAG_MINUTES, &context->meeting->id);
    return ERR_OK;
}

/* Visible → role → state → version of the minutes, not of the meeting → fields. */
static enum err take(const struct loop_message *message, struct meeting_context *ret_context,
                     const struct minutes **ret_minutes)
{
    enum err err = meeting_context_find(message, &MINUTES_WRITE, ret_context);
    if (err)
        return err;
    *ret_minutes = minutes_set_find(message->batch, &message->aggregate);
    return minutes_check_version(*ret_minutes, message->has_if_version, message->if_version);
}

static enum err apply_put(const struct loop_message *message)
{
    const Pb__PutMinutes *body = (const Pb__PutMinutes *)message->body;
    struct uuid document = uuid_or_zero(body->document_id);
    struct problems problems = {.n = 0};
    struct meeting_context context;
    const struct minutes *old;
    struct minutes next;
    enum err err = take(message, &context, &old);
    if (err)
        return err;
    const struct minutes_input input = {
        .said = body, .may_name_document = body->has_document_id && meeting_context_document(&context, &document)};
    err = minutes_put(message->ctx, context.meeting, old, &input, &context.cause, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    if (next.version != old->version)
        err = keep(&context, old, &next);
    if (!err)
        loop_answer(message, &message->aggregate, next.version, &view_minutes(message->ctx, &next)->base);
    return err;
}

static const struct loop_handler ROWS[] = {{&pb__put_minutes__descriptor, want_put, apply_put}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

const struct loop_part MINUTES_COMMANDS_PART = {
    .name = "minutes_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
