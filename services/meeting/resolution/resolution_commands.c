#include "services/meeting/resolution/resolution_commands.h"

#include "common/base/array.h"
#include "services/directory/lookup.h"
#include "services/meeting/document/document_lookup.h"
#include "services/meeting/host/host_lookup.h"
#include "services/meeting/meeting/meeting_context.h"
#include "services/meeting/meeting/meeting_facts.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/meeting/meeting_view.h"
#include "services/meeting/resolution/resolution.h"
#include "services/meeting/resolution/resolution_set.h"

/* --- PutResolution ------------------------------------------------------------------------------------------------ */

static enum err want_put(const struct loop_message *message)
{
    struct uuid document = uuid_or_zero(((const Pb__PutResolution *)message->body)->document_id);
    meeting_context_want(message, MEETING_WANT_AGENDA | MEETING_WANT_AUDIENCE);
    directory_set_want_person(directory_lookup(message->batch), &message->actor);
    document_want(message->batch, &document);
    resolution_set_want(message->batch, &document);
    return ERR_OK;
}

static enum err settle(const struct meeting_context *context, struct meeting *ret_next)
{
    const struct loop_message *message = context->message;
    struct uuid id = uuid_or_zero(((const Pb__PutResolution *)message->body)->document_id);
    const struct uuid *settled = resolution_set_find(message->batch, &id);
    struct problems problems = {.n = 0};
    const struct resolution_input input = {
        .document = meeting_context_document(context, &id),
        .settles_another = settled && !uuid_equal(settled, &context->meeting->id),
    };
    enum err err = resolution_settle(context->meeting, &input, &problems, ret_next);
    return err ? problems_refuse(&problems, message, err) : ERR_OK;
}

static enum err keep(const struct meeting_context *context, const struct meeting *next)
{
    const struct uuid before = context->meeting->resolution.document;
    enum err err = meeting_context_keep(context, next, facts_of_settling(context->message->ctx, next));
    if (!err)
        resolution_set_keep(context->message->batch, &next->resolution.document, &next->id, &before);
    return err;
}

static enum err apply_put(const struct loop_message *message)
{
    struct meeting_context context;
    struct meeting next;
    enum err err = meeting_context_take(message, &RESOLUTION_SETTLE, &context);
    if (!err)
        err = settle(&context, &next);
    if (!err && next.version != context.meeting->version)
        err = keep(&context, &next);
    if (!err)
        loop_answer(message, &next.id, next.version, &view_meeting(message->ctx, &next, context.host)->base);
    return err;
}

/* --- CheckResolution ---------------------------------------------------------------------------------------------- */

static enum err want_check(const struct loop_message *message)
{
    meeting_set_want(message->batch, &message->aggregate, MEETING_WANT_AGENDA);
    return ERR_OK;
}

static enum err apply_check(const struct loop_message *message)
{
    const struct meeting *meeting = meeting_set_find(message->batch, &message->aggregate);
    const struct meeting_host *host = meeting ? host_find(message->batch, &meeting->organization) : NULL;
    struct meeting_context context;
    struct meeting next;
    if (message->has_actor || !meeting)
        return ERR_NOT_FOUND;
    if (!host)
        return ERR_RETRY; /* it was known when it convened: our projection is being rebuilt */
    if (!resolution_fall_due(meeting, message->now_us, &next))
        return ERR_WRONG_STATE; /* it was settled, or the meeting reopened, before its day was over */
    struct uuid notification = uuid_derive(&message->id, "notification", 0);
    meeting_context_of_host(message, host, &context);
    context.meeting = meeting;
    enum err err = meeting_context_keep(&context, &next, facts_of_lateness(message->ctx, &next, &notification));
    if (!err)
        loop_answer(message, &next.id, next.version, NULL);
    return err;
}

static const struct loop_handler ROWS[] = {
    {&pb__put_resolution__descriptor, want_put, apply_put},
    {&pb__check_resolution__descriptor, want_check, apply_check},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

const struct loop_part RESOLUTION_COMMANDS_PART = {
    .name = "resolution_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
