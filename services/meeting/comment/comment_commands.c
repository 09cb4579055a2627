#include "services/meeting/comment/comment_commands.h"

#include "common/base/array.h"
#include "services/directory/lookup.h"
#include "services/meeting/comment/comment_facts.h"
#include "services/meeting/comment/comment_set.h"
#include "services/meeting/comment/comment_view.h"
#include "services/meeting/meeting/meeting_context.h"
#include "services/meeting/meeting/meeting_set.h"

/* Keeps the comment, tells of it, says what is stale, and answers with it. */
static void keep(const struct meeting_context *context, const struct named_comment *comment,
                 const ProtobufCMessage *event, int32_t counted)
{
    const struct loop_message *message = context->message;
    comment_set_keep(message->batch, comment);
    meeting_context_count(context, MEETING_COMMENTS, counted);
    loop_event(message, TOPIC_MEETING_EVENTS, &context->meeting->id, event);
    loop_tag(message->batch, TAG_COMMENTS, &context->meeting->id);
    loop_answer(message, &comment->is.id, 0, &view_comment(message->ctx, comment)->base);
}

/* The heads hear of a comment, its author of the answer. */
static struct uuid notification_of(const struct loop_message *message)
{
    return uuid_derive(&message->id, "notification", 0);
}

/* --- CommentOnMeeting --------------------------------------------------------------------------------------------- */

static enum err want_comment(const struct loop_message *message)
{
    const Pb__CommentOnMeeting *body = (const Pb__CommentOnMeeting *)message->body;
    meeting_context_want(message, body->has_agenda_item_id ? MEETING_WANT_AGENDA : 0);
    if (body->has_on_behalf_of) {
        struct uuid speaker = uuid_or_zero(body->on_behalf_of);
        directory_set_want_record(directory_lookup(message->batch), &speaker);
    }
    return ERR_OK;
}

static const struct directory_person *speaker_of(const struct meeting_context *context,
                                                 const Pb__CommentOnMeeting *body)
{
    if (!body->has_on_behalf_of)
        return context->person;
    struct uuid id = uuid_or_zero(body->on_behalf_of);
    return directory_set_person(directory_lookup(context->message->batch), &id);
}

static struct comment_input comment_input(const struct meeting_context *context, const Pb__CommentOnMeeting *body,
                                          const struct directory_person *speaker)
{
    return (struct comment_input){
        .agenda_item = body->has_agenda_item_id ? uuid_or_zero(body->agenda_item_id) : (struct uuid){{0}},
        .on_behalf_of = body->has_on_behalf_of ? uuid_or_zero(body->on_behalf_of) : (struct uuid){{0}},
        .speaker_is_member = speaker && (directory_standing(speaker, &context->host->org, context->cause.now_us) &
                                         STANDING_MEMBER),
        .text = body->text,
        .visibility = body->visibility, /* the contract's defaults where absent */
        .channel = body->channel,
    };
}

static enum err apply_comment(const struct loop_message *message)
{
    const Pb__CommentOnMeeting *body = (const Pb__CommentOnMeeting *)message->body;
    struct meeting_context context;
    enum err err = meeting_context_take(message, comment_action(body->has_on_behalf_of, body->channel), &context);
    if (err)
        return err;
    const struct directory_person *speaker = speaker_of(&context, body);
    struct comment_input input = comment_input(&context, body, speaker);
    struct problems problems = {.n = 0};
    struct named_comment comment = {.author = speaker ? speaker->full_name : NULL};
    err = comment_make(context.meeting, &message->actor, &input, &context.cause, &problems, &comment.is);
    if (err)
        return problems_refuse(&problems, message, err);
    struct uuid notification = notification_of(message);
    keep(&context, &comment, facts_of_comment(message->ctx, context.meeting, &comment.is, &notification),
         comment_is_counted(&comment.is));
    return ERR_OK;
}

/* --- AnswerComment ------------------------------------------------------------------------------------------------ */

static enum err want_answer(const struct loop_message *message)
{
    const Pb__AnswerComment *body = (const Pb__AnswerComment *)message->body;
    struct uuid comment = uuid_or_zero(body->comment_id);
    meeting_context_want(message, 0);
    comment_set_want(message->batch, &comment);
    return ERR_OK;
}

/* The comment that the body names, if it is this meeting's and the actor sees it. */
static const struct named_comment *find_comment(const struct meeting_context *context, const Pb__AnswerComment *body)
{
    struct uuid id = uuid_or_zero(body->comment_id);
    const struct named_comment *comment = comment_set_find(context->message->batch, &id);
    bool is_seen = comment && uuid_equal(&comment->is.meeting, &context->meeting->id) &&
                   meeting_may_read(context->meeting, &context->actor) &&
                   comment_may_read(&comment->is, &context->actor);
    return is_seen ? comment : NULL;
}

static enum err apply_answer(const struct loop_message *message)
{
    const Pb__AnswerComment *body = (const Pb__AnswerComment *)message->body;
    struct meeting_context context;
    enum err err = meeting_context_take(message, &COMMENT_ANSWER, &context);
    if (err == ERR_NOT_FOUND || err == ERR_RETRY)
        return err;
    const struct named_comment *found = find_comment(&context, body);
    if (!found)
        return ERR_NOT_FOUND;
    if (err)
        return err;
    struct named_comment next = {.author = found->author, .answer_author = context.person->full_name};
    comment_answer(&found->is, &message->actor, body->text, message->now_us, &next.is);
    struct uuid notification = notification_of(message);
    keep(&context, &next, facts_of_answer(message->ctx, context.meeting, &next.is, &notification), 0);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {
    {&pb__comment_on_meeting__descriptor, want_comment, apply_comment},
    {&pb__answer_comment__descriptor, want_answer, apply_answer},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

const struct loop_part COMMENT_COMMANDS_PART = {
    .name = "comment_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
