#include "services/document/version/version_commands.h"

#include "common/base/array.h"
#include "services/document/document/document_context.h"
#include "services/document/document/document_facts.h"
#include "services/document/version/version_set.h"

static enum err want_correct(const struct loop_message *message)
{
    document_context_want(message);
    version_set_want(message->batch, &message->aggregate);
    return ERR_OK;
}

static enum err apply_correct(const struct loop_message *message)
{
    const Pb__CorrectDocument *body = (const Pb__CorrectDocument *)message->body;
    struct document_input input = {.names_blob = body->has_blob_sha256, .text = body->text};
    struct document_context context;
    struct problems problems = {.n = 0};
    struct document next;
    enum err err = document_context_take(message, DOCUMENT_CORRECT, &context);
    if (err)
        return err;
    input.has_blob = content_of_blob(body->blob, &input.blob);
    err = document_correct(context.document, &input, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    context.reason = body->reason;
    version_set_keep(message->batch, context.document, &next, &message->actor, body->reason, message->now_us);
    document_context_keep(&context, &next, document_facts_of_change(message->ctx, &next));
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {{&pb__correct_document__descriptor, want_correct, apply_correct}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DOCUMENT_COMMANDS, ROWS)};

const struct loop_part VERSION_COMMANDS_PART = {
    .name = "version_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
