#include "services/meeting/meeting/meeting_answer.h"

#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/meeting/meeting_view.h"

/* The answer names a notification that another service makes of the event. */
static bool rings(const struct meeting_context *context, const struct meeting *next)
{
    static const struct uuid NONE;
    const struct meeting *before = context->meeting;
    return !uuid_equal(&next->notification, before ? &before->notification : &NONE);
}

void meeting_answer(const struct meeting_context *context, const struct meeting *meeting)
{
    const struct loop_message *message = context->message;
    struct meeting shown = *meeting;
    shown.near_at_us = meeting_set_near(message->batch, meeting);
    loop_answer(message, &meeting->id, meeting->version, &view_meeting(message->ctx, &shown, context->host)->base);
}

enum err meeting_keep(const struct meeting_context *context, const struct meeting *next, const ProtobufCMessage *event)
{
    bool is_told = rings(context, next); /* asked first: keeping makes the next state the state */
    enum err err = meeting_context_keep(context, next, event);
    if (err)
        return err;
    meeting_answer(context, next);
    if (is_told)
        loop_answer_after_events(context->message);
    return ERR_OK;
}
