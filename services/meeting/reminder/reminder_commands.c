#include "services/meeting/reminder/reminder_commands.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/directory/lookup.h"
#include "services/meeting/host/host_lookup.h"
#include "services/meeting/meeting/meeting_context.h"
#include "services/meeting/reminder/reminder_ask.h"
#include "services/meeting/reminder/reminder_facts.h"
#include "services/meeting/reminder/reminder_set.h"
#include "services/meeting/reminder/reminder_view.h"

/* What was recalled before is no reminder any more. */
static enum err want_remind(const struct loop_message *message)
{
    const Pb__RemindBranches *body = (const Pb__RemindBranches *)message->body;
    struct reminder_ask ask;
    if (reminder_read_ask(message->ctx, body, message->now_us, &ask))
        return ERR_MALFORMED;
    ask.organization = message->aggregate;
    loop_want_news(message->batch, TOPIC_NOTIFICATION_EVENTS);
    directory_set_want_person(directory_lookup(message->batch), &message->actor);
    host_want(message->batch, &message->aggregate);
    reminder_set_want(message, &ask);
    return ERR_OK;
}

/* Visible → role → state. */
static enum err take(const struct loop_message *message, struct meeting_context *ret_context)
{
    const struct meeting_host *host = host_find(message->batch, &message->aggregate);
    if (!host)
        return ERR_NOT_FOUND;
    meeting_context_of_host(message, host, ret_context);
    if (!directory_knows(directory_lookup(message->batch), ret_context->person, &host->org, message->now_us))
        return ERR_NOT_FOUND;
    if (!reminder_may_send(&ret_context->actor))
        return ERR_NOT_ALLOWED;
    bool is_active = host->org.state == PB__ORGANIZATION_STATE__ORGANIZATION_STATE_ACTIVE;
    return is_active ? ERR_OK : ERR_ORGANIZATION_CLOSED;
}

/* A client may undo it at once, at another service. */
static void send(const struct meeting_context *context, const struct reminder_ask *ask,
                 const struct reminder_choice *choice)
{
    const struct loop_message *message = context->message;
    const struct uuid id = uuid_derive(&message->id, "notification", 0);
    const Pb__ReminderSent *sent = view_reminder_sent(message->ctx, &id, choice);
    const struct reminder reminder = {.id = id,
                                      .organization = message->aggregate,
                                      .by = message->actor,
                                      .answer = mem_pack(message->ctx, &sent->base),
                                      .month = ask->month,
                                      .kind = ask->kind,
                                      .at_us = ask->now_us,
                                      .branches = choice->branches,
                                      .n_branches = choice->n_branches};
    const struct reminder_words words = reminder_words(message->ctx, ask, context->host->org.name);
    reminder_set_keep(message, &reminder);
    if (choice->n_branches > 0)
        loop_event(message, TOPIC_MEETING_EVENTS, &message->aggregate,
                   facts_of_reminder(message->ctx, &id, ask, &words, choice));
    loop_answer(message, &id, 0, &sent->base);
    loop_answer_after_events(message);
}

static enum err apply_remind(const struct loop_message *message)
{
    const struct reminder_branches found = reminder_set_find(message);
    struct problems problems = {.n = 0};
    struct meeting_context context;
    struct reminder_choice choice;
    enum err err = take(message, &context);
    if (err)
        return err;
    err = reminder_judge(message->ctx, found.ask, found.items, found.n, &problems, &choice);
    if (err)
        return problems_refuse(&problems, message, err);
    if (((const Pb__RemindBranches *)message->body)->dry_run)
        return loop_field(message, "/dry_run", ERR_FIELD_FORMAT); /* asked of the query, never on the queue */
    send(&context, found.ask, &choice);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {{&pb__remind_branches__descriptor, want_remind, apply_remind}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

const struct loop_part REMINDER_COMMANDS_PART = {
    .name = "reminder_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
