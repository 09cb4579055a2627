#include "services/auth/session/session_events.h"

#include "common/base/mem.h"
#include "services/auth/device/device_store.h"
#include "services/auth/session/session_store.h"
#include "sotay/v1/auth.pb-c.h"

struct endings {
    struct pg_args *sessions;
    ARRAY(struct uuid) ids;
    TALLOC_CTX *ctx;
};

static void *events_new(struct loop_batch *batch)
{
    struct endings *endings = mem_new(loop_ctx(batch), struct endings);
    endings->ctx = loop_ctx(batch);
    endings->sessions = session_store_end(endings->ctx);
    return endings;
}

static enum err apply_ended(const struct loop_message *message)
{
    const Pb__SessionEnded *event = (const Pb__SessionEnded *)message->body;
    struct endings *endings = loop_state(message->batch, &SESSION_EVENTS_PART);
    struct uuid session;
    if (uuid_from_pb(event->session_id, &session))
        return ERR_MALFORMED;
    session_store_end_add(endings->sessions, &session, message->now_us);
    array_add(endings->ctx, &endings->ids, session);
    return ERR_OK;
}

/* Whoever ended them said which devices went with them: nothing is said again. */
static void events_write(void *state, struct pg *pg)
{
    const struct endings *endings = state;
    if (endings->ids.n == 0)
        return;
    pg_queue(pg, endings->sessions);
    device_store_remove_of_queue(pg, endings->ctx, endings->ids.items, endings->ids.n, NULL, 0, NULL);
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
