#include "services/document/acknowledgement/acknowledgement_commands.h"

#include "common/base/array.h"
#include "services/document/acknowledgement/acknowledgement_set.h"
#include "services/document/document/document_context.h"
#include "services/document/document/document_view.h"

static enum err want_acknowledge(const struct loop_message *message)
{
    document_context_want(message);
    acknowledgement_set_want(message->batch, &message->aggregate, &message->actor);
    return ERR_OK;
}

/* No event: who has acknowledged is asked for here. No answer that is kept for longer than a moment shows it. */
static enum err apply_acknowledge(const struct loop_message *message)
{
    struct document_context context;
    enum err err = document_context_take(message, DOCUMENT_ACKNOWLEDGE, &context);
    if (err)
        return err;
    int64_t at_us = acknowledgement_set_keep(message->batch, &message->aggregate, &message->actor, message->now_us);
    loop_answer(message, &message->aggregate, 0,
                &document_mark_view(message->ctx, context.document, &context.actor, at_us)->base);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {
    {&pb__acknowledge_document__descriptor, want_acknowledge, apply_acknowledge},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DOCUMENT_COMMANDS, ROWS)};

const struct loop_part ACKNOWLEDGEMENT_COMMANDS_PART = {
    .name = "acknowledgement_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
