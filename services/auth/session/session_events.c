#include "services/auth/session/session_events.h"

#include "common/base/mem.h"
#include "services/auth/session/session_store.h"
#include "sotay/v1/auth.pb-c.h"

static void *events_new(struct loop_batch *batch)
{
    return session_store_end(loop_ctx(batch));
}

static enum err apply_ended(const struct loop_message *message)
{
    const Pb__SessionEnded *event = (const Pb__SessionEnded *)message->body;
    struct uuid session;
    if (uuid_from_pb(event->session_id, &session))
        return ERR_MALFORMED;
    session_store_end_add(loop_state(message->batch, &SESSION_EVENTS_PART), &session, message->now_us);
    return ERR_OK;
}

static void events_write(void *state, struct pg *pg)
{
    pg_queue(pg, state);
}

static const struct loop_handler EVENTS[] = {{&pb__session_ended__descriptor, NULL, apply_ended}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_AUTH_EVENTS, EVENTS)};

const struct loop_part SESSION_EVENTS_PART = {
    .name = "session_events",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = events_new,
    .write = events_write,
};
