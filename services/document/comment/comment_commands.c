#include "services/document/comment/comment_commands.h"

#include "common/base/array.h"
#include "services/document/comment/comment_set.h"
#include "services/document/comment/comment_view.h"
#include "services/document/document/document_context.h"
#include "sotay/v1/discussion.pb-c.h"

static enum err want_comment(const struct loop_message *message)
{
    document_context_want(message);
    return ERR_OK;
}

/* What is said of a restricted document is in no outcome: its author reads it. */
static enum err apply_comment(const struct loop_message *message)
{
    struct document_context context;
    enum err err = document_context_take(message, DOCUMENT_COMMENT, &context);
    if (err)
        return err;
    const struct comment comment = {
        .id = uuid_derive(&message->id, "comment", 0),
        .document = message->aggregate,
        .author = message->actor,
        .text = ((const Pb__CommentOnDocument *)message->body)->text,
        .created_at_us = message->now_us,
    };
    comment_set_keep(message->batch, &comment);
    loop_tag(message->batch, TAG_COMMENTS, &message->aggregate);
    loop_answer(message, &comment.id, 0,
                document_is_restricted(context.document)
                    ? NULL
                    : &comment_view(message->ctx, &comment, context.person->full_name)->base);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {{&pb__comment_on_document__descriptor, want_comment, apply_comment}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DOCUMENT_COMMANDS, ROWS)};

const struct loop_part COMMENT_COMMANDS_PART = {
    .name = "comment_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
