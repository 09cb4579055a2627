#include "services/meeting/meeting/meeting_answer.h"

#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/meeting/meeting_view.h"
#include "sotay/v1/reminder.pb-c.h"

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

/* Two days before its hour its participants are reminded. The timer of an hour that it has no more says nothing. */
static void watch_hour(const struct loop_message *message, const struct meeting *next)
{
    int64_t due_us = meeting_reminds_at_us(next);
    Pb__RemindParticipants remind = PB__REMIND_PARTICIPANTS__INIT;
    remind.meeting_id = uuid_to_pb(message->ctx, &next->id);
    remind.starts_at_us = next->starts_at_us;
    if (next->state == PB__MEETING_STATE__MEETING_STATE_SCHEDULED && message->now_us < due_us)
        loop_timer(message, &next->id, due_us, &remind.base);
}

enum err meeting_keep(const struct meeting_context *context, const struct meeting *next, const ProtobufCMessage *event)
{
    bool is_told = rings(context, next); /* asked first: keeping makes the next state the state */
    enum err err = meeting_context_keep(context, next, event);
    if (err)
        return err;
    watch_hour(context->message, next);
    meeting_answer(context, next);
    if (is_told)
        loop_answer_after_events(context->message);
    return ERR_OK;
}
