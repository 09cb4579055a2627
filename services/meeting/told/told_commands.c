#include "services/meeting/told/told_commands.h"

#include "common/base/array.h"
#include "services/directory/lookup.h"
#include "services/meeting/meeting/meeting_context.h"
#include "services/meeting/told/told_set.h"
#include "services/meeting/told/told_view.h"

static enum err want_mark(const struct loop_message *message)
{
    struct uuid member = uuid_or_zero(((const Pb__MarkTold *)message->body)->member_id);
    meeting_context_want(message, 0);
    directory_set_want_record(directory_lookup(message->batch), &member);
    told_set_want(message->batch, &message->aggregate, &member);
    return ERR_OK;
}

/* Whom the path names must be invited; anybody else is as unknown as a random id. */
static bool is_invited(const struct meeting_context *context, const struct uuid *member)
{
    const struct directory_person *person = directory_set_person(directory_lookup(context->message->batch), member);
    return person && meeting_is_participant(context->meeting, member,
                                            directory_standing(person, &context->host->org, context->cause.now_us));
}

/* No event: nobody else has to know. Readers are never kept for longer than a moment, so no answer is stale. */
static enum err apply_mark(const struct loop_message *message)
{
    const Pb__MarkTold *body = (const Pb__MarkTold *)message->body;
    struct uuid member = uuid_or_zero(body->member_id);
    struct meeting_context context;
    enum err err = meeting_context_take(message, &TOLD_MARK, &context);
    bool is_seen = !err || err == ERR_WRONG_STATE;
    if (is_seen && !is_invited(&context, &member))
        return ERR_NOT_FOUND;
    if (err)
        return err;
    struct named_told next = *told_set_find(message->batch, &message->aggregate, &member);
    if (told_mark(&next.is, context.meeting, body->told, &message->actor, message->now_us, &next.is)) {
        next.by = context.person->full_name;
        told_set_keep(message->batch, &next);
    }
    loop_answer(message, &member, 0, &view_told(message->ctx, &next)->base);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {{&pb__mark_told__descriptor, want_mark, apply_mark}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

const struct loop_part TOLD_COMMANDS_PART = {
    .name = "told_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
