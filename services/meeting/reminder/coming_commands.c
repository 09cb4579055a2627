#include "services/meeting/reminder/coming_commands.h"

#include "common/base/array.h"
#include "services/meeting/meeting/meeting_facts.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/reminder/coming.h"
#include "services/meeting/roll/roll_set.h"
#include "sotay/v1/reminder.pb-c.h"

static enum err want_remind(const struct loop_message *message)
{
    meeting_set_want(message->batch, &message->aggregate, MEETING_WANT_AGENDA);
    roll_set_want(message->batch, &message->aggregate);
    return ERR_OK;
}

static enum err apply_remind(const struct loop_message *message)
{
    const Pb__RemindParticipants *body = (const Pb__RemindParticipants *)message->body;
    const struct meeting *meeting = meeting_set_find(message->batch, &message->aggregate);
    const struct uuid notification = uuid_derive(&message->id, "notification", 0);
    const struct uuid *members;
    size_t n;
    if (message->has_actor || !meeting)
        return ERR_NOT_FOUND;
    if (!coming_is_news(meeting, body->starts_at_us, message->now_us))
        return ERR_WRONG_STATE;
    const struct roll *roll = roll_set_find(message->batch, &message->aggregate);
    if (coming_members(message->ctx, meeting, roll, &members, &n))
        loop_event(message, TOPIC_MEETING_EVENTS, &meeting->id,
                   facts_of_coming_up(message->ctx, meeting, &notification, members, n, message->now_us));
    loop_answer(message, &meeting->id, 0, NULL);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {{&pb__remind_participants__descriptor, want_remind, apply_remind}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

const struct loop_part COMING_COMMANDS_PART = {
    .name = "coming_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
