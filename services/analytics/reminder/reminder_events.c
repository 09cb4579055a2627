#include "services/analytics/reminder/reminder_events.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/analytics/reminder/reminder_store.h"
#include "sotay/v1/notification.pb-c.h"
#include "sotay/v1/reminder.pb-c.h"

struct reminders {
    TALLOC_CTX *ctx;
    ARRAY(struct reminded) reminded;
    struct uuid_map *recalled;
};

static void *reminders_new(struct loop_batch *batch)
{
    struct reminders *reminders = mem_new(loop_ctx(batch), struct reminders);
    reminders->ctx = loop_ctx(batch);
    reminders->recalled = uuid_map_new(reminders->ctx);
    return reminders;
}

static void reminders_write(void *state, struct pg *pg)
{
    const struct reminders *reminders = state;
    for (size_t i = 0; i < reminders->reminded.n; i++)
        reminder_store_write(pg, reminders->ctx, &reminders->reminded.items[i]);
    reminder_store_recall(pg, reminders->ctx, uuid_map_ids(reminders->recalled), uuid_map_size(reminders->recalled));
}

static enum err apply_reminded(const struct loop_message *message)
{
    const Pb__BranchesReminded *event = (const Pb__BranchesReminded *)message->body;
    struct reminders *reminders = loop_state(message->batch, &REMINDER_PART);
    struct uuid *branches = mem_array(reminders->ctx, struct uuid, event->n_branch_ids);
    struct reminded reminded = {
        .branches = branches, .n_branches = event->n_branch_ids, .month = event->month, .at_us = event->reminded_at_us};
    if (uuid_from_pb(event->notification_id, &reminded.notification))
        return ERR_MALFORMED;
    for (size_t i = 0; i < event->n_branch_ids; i++)
        if (uuid_from_pb(event->branch_ids[i], &branches[i]))
            return ERR_MALFORMED;
    array_add(reminders->ctx, &reminders->reminded, reminded);
    return ERR_OK;
}

static enum err apply_recalled(const struct loop_message *message)
{
    struct reminders *reminders = loop_state(message->batch, &REMINDER_PART);
    uuid_map_name(reminders->recalled, &message->aggregate);
    return ERR_OK;
}

static const struct loop_handler MEETING_EVENTS[] = {{&pb__branches_reminded__descriptor, NULL, apply_reminded}};
static const struct loop_handler NOTIFICATION_EVENTS[] = {
    {&pb__notification_recalled__descriptor, NULL, apply_recalled}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_EVENTS, MEETING_EVENTS),
                                                LOOP_HANDLERS(TOPIC_NOTIFICATION_EVENTS, NOTIFICATION_EVENTS)};
const struct loop_part REMINDER_PART = {.name = "reminder",
                                        .handlers = HANDLERS,
                                        .n_handlers = ARRAY_LENGTH(HANDLERS),
                                        .new = reminders_new,
                                        .write = reminders_write};
