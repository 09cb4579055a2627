#include "services/document/reaction/reaction_commands.h"

#include "common/base/array.h"
#include "services/document/comment/comment_set.h"
#include "services/document/document/document_context.h"
#include "services/document/reaction/reaction_set.h"
#include "services/document/reaction/reaction_view.h"

static enum err want_react(const struct loop_message *message)
{
    struct uuid target = uuid_or_zero(((const Pb__ReactToTarget *)message->body)->target_id);
    document_context_want(message);
    reaction_set_want(message->batch, &target, &message->actor);
    return ERR_OK;
}

/* What is said beside it is a comment like any other. */
static void say(const struct loop_message *message, const char *text)
{
    const struct comment comment = {
        .id = uuid_derive(&message->id, "comment", 0),
        .document = message->aggregate,
        .author = message->actor,
        .text = text,
        .created_at_us = message->now_us,
    };
    comment_set_keep(message->batch, &comment);
    loop_tag(message->batch, TAG_COMMENTS, &message->aggregate);
}

/* What he thinks so far, if he has said so. */
static struct reaction last_of(const struct loop_message *message, const struct uuid *target)
{
    struct reaction last = *reaction_set_find(message->batch, target, &message->actor);
    last.document = message->aggregate;
    last.target = *target;
    last.member = message->actor;
    return last;
}

/* What is thought of a restricted document's targets is in no outcome: its author reads it. */
static enum err apply_react(const struct loop_message *message)
{
    const Pb__ReactToTarget *body = (const Pb__ReactToTarget *)message->body;
    struct uuid target = uuid_or_zero(body->target_id);
    struct document_context context;
    struct reaction_change change;
    enum err err = document_context_take(message, DOCUMENT_REACT, &context);
    if (err)
        return err;
    if (!reaction_has_target(context.document, &target))
        return ERR_NOT_FOUND;
    const struct reaction last = last_of(message, &target);
    if (reaction_think(&last, reaction_set_counts(message->batch, &target), body->value, body->comment, message->now_us,
                       &change)) {
        reaction_set_keep(message->batch, &change);
        loop_tag(message->batch, TAG_REACTIONS, &message->aggregate);
    }
    if (change.is_said)
        say(message, body->comment);
    loop_answer(message, &target, 0,
                document_is_restricted(context.document)
                    ? NULL
                    : &reaction_view(message->ctx, &change.next, &change.counts)->base);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {{&pb__react_to_target__descriptor, want_react, apply_react}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DOCUMENT_COMMANDS, ROWS)};

const struct loop_part REACTION_COMMANDS_PART = {
    .name = "reaction_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
