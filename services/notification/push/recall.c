#include "services/notification/push/recall.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/directory/lookup.h"
#include "services/notification/push/recall_store.h"
#include "sotay/v1/notification.pb-c.h"

struct held {
    struct recall is;
    bool has_begun; /* a sender has it */
    bool is_recalled;
};

struct recalls {
    TALLOC_CTX *ctx;
    struct uuid_map *notifications; /* struct held; NULL: there is none */
    struct recall_rows rows;
    struct uuid_map *ended;
    int64_t at_us;
};

static void *recalls_new(struct loop_batch *batch)
{
    struct recalls *state = mem_new(loop_ctx(batch), struct recalls);
    state->ctx = loop_ctx(batch);
    state->notifications = uuid_map_new(state->ctx);
    state->ended = uuid_map_new(state->ctx);
    return state;
}

static void recalls_load(void *arg, struct pg *pg)
{
    struct recalls *state = arg;
    if (uuid_map_size(state->notifications) > 0)
        state->rows = recall_store_lock(state->ctx, pg, uuid_map_ids(state->notifications),
                                        uuid_map_size(state->notifications));
}

static enum err recalls_loaded(void *arg)
{
    struct recalls *state = arg;
    if (uuid_map_size(state->notifications) == 0)
        return ERR_OK;
    for (size_t row = 0; row < pg_rows(state->rows.items); row++) {
        struct held *held = mem_new(state->ctx, struct held);
        recall_store_read(state->ctx, state->rows.items, row, &held->is);
        uuid_map_put(state->notifications, &held->is.notification, held);
    }
    for (size_t row = 0; row < pg_rows(state->rows.begun); row++) {
        struct uuid notification = pg_get_uuid(state->rows.begun, row, 0);
        struct held *held = uuid_map_get(state->notifications, &notification);
        if (held)
            held->has_begun = true;
    }
    return ERR_OK;
}

static void recalls_write(void *arg, struct pg *pg)
{
    struct recalls *state = arg;
    if (uuid_map_size(state->ended) > 0)
        recall_store_end(state->ctx, pg, uuid_map_ids(state->ended), uuid_map_size(state->ended), state->at_us);
}

static enum err want_recall(const struct loop_message *message)
{
    struct recalls *state = loop_state(message->batch, &RECALL_PART);
    directory_set_want_record(directory_lookup(message->batch), &message->actor);
    uuid_map_name(state->notifications, &message->aggregate);
    return ERR_OK;
}

/* ACCESS.md, recall of its push: the heads of the place that sent it, the officers above, and who sent it; deputies
 * what they have sent themselves. Whoever may see what became of it and may not take it back is told so. */
enum sender { IS_NOBODY, IS_NEAR, IS_SENDER };

static enum sender sender_of(const struct loop_message *message, const struct recall *recall)
{
    const struct directory_person *person = directory_set_person(directory_lookup(message->batch), &message->actor);
    unsigned standing = person ? directory_standing(person, &recall->issuer, message->now_us) : 0;
    bool is_own = recall->has_by && uuid_equal(&recall->by, &message->actor);
    if ((standing & (STANDING_SECRETARY | STANDING_OFFICER)) || is_own)
        return IS_SENDER;
    return standing & STANDING_DEPUTY ? IS_NEAR : IS_NOBODY;
}

/* An item has the id of its notification, which other services' answers name before it is here. */
static enum err not_found(const struct loop_message *message)
{
    loop_want_news(message->batch, TOPIC_MEETING_EVENTS);
    return loop_has_news(message, TOPIC_DOCUMENT_EVENTS) ? ERR_NOT_FOUND : ERR_NOT_HEARD;
}

static void tell(const struct loop_message *message)
{
    Pb__NotificationRecalled event;
    pb__notification_recalled__init(&event);
    event.notification_id = uuid_to_pb(message->ctx, &message->aggregate);
    loop_event(message, TOPIC_NOTIFICATION_EVENTS, &message->aggregate, &event.base);
}

static enum err apply_recall(const struct loop_message *message)
{
    struct recalls *state = loop_state(message->batch, &RECALL_PART);
    struct held *held = uuid_map_get(state->notifications, &message->aggregate);
    if (!held)
        return not_found(message);
    enum sender sender = sender_of(message, &held->is);
    if (sender != IS_SENDER)
        return sender == IS_NEAR ? ERR_NOT_ALLOWED : ERR_NOT_FOUND;
    if (held->is_recalled || held->has_begun || message->now_us >= held->is.held_until_us)
        return ERR_WRONG_STATE;
    held->is_recalled = true;
    state->at_us = message->now_us;
    uuid_map_name(state->ended, &message->aggregate);
    tell(message);
    loop_answer(message, &message->aggregate, 0, NULL);
    loop_answer_after_events(message); /* what was recalled may be said again, at another service */
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {{&pb__recall_notification__descriptor, want_recall, apply_recall}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_NOTIFICATION_COMMANDS, ROWS)};

const struct loop_part RECALL_PART = {
    .name = "recall",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = recalls_new,
    .load = recalls_load,
    .loaded = recalls_loaded,
    .write = recalls_write,
};
