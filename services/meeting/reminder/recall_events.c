#include "services/meeting/reminder/recall_events.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/meeting/reminder/reminder_store.h"
#include "sotay/v1/notification.pb-c.h"

struct recalls {
    TALLOC_CTX *ctx;
    struct uuid_map *notifications;
};

static void *recalls_new(struct loop_batch *batch)
{
    struct recalls *recalls = mem_new(loop_ctx(batch), struct recalls);
    recalls->ctx = loop_ctx(batch);
    recalls->notifications = uuid_map_new(recalls->ctx);
    return recalls;
}

static void recalls_write(void *state, struct pg *pg)
{
    struct recalls *recalls = state;
    if (uuid_map_size(recalls->notifications) == 0)
        return;
    reminder_store_lock(recalls->ctx, pg);
    reminder_store_recall(recalls->ctx, pg, recalls->notifications);
}

static enum err apply(const struct loop_message *message)
{
    struct recalls *recalls = loop_state(message->batch, &RECALL_EVENTS_PART);
    uuid_map_name(recalls->notifications, &message->aggregate);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {{&pb__notification_recalled__descriptor, NULL, apply}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_NOTIFICATION_EVENTS, ROWS)};

const struct loop_part RECALL_EVENTS_PART = {
    .name = "recalls",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = recalls_new,
    .write = recalls_write,
};
