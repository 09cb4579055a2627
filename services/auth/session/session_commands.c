#include "services/auth/session/session_commands.h"

#include "common/base/array.h"
#include "common/base/uuid_map.h"
#include "services/auth/device/device_commands.h"
#include "services/auth/member/asker.h"
#include "services/auth/session/session_facts.h"
#include "services/auth/session/session_store.h"

struct session_batch {
    TALLOC_CTX *ctx;
    struct uuid_map *sessions; /* id → struct loaded_session */
    struct uuid_map *members;  /* of whom all that live are wanted */
    struct pg_result *rows, *live;
    struct pg_args *ended;
};

static void *session_new(struct loop_batch *batch)
{
    struct session_batch *state = mem_new(loop_ctx(batch), struct session_batch);
    state->ctx = loop_ctx(batch);
    state->sessions = uuid_map_new(state->ctx);
    state->members = uuid_map_new(state->ctx);
    state->ended = session_store_end(state->ctx);
    return state;
}

static struct session_batch *state_of(const struct loop_message *message)
{
    return loop_state(message->batch, &SESSION_PART);
}

static void session_load(void *arg, struct pg *pg)
{
    struct session_batch *state = arg;
    size_t n = uuid_map_size(state->sessions), n_members = uuid_map_size(state->members);
    if (n > 0)
        state->rows = session_store_load_queue(pg, state->ctx, uuid_map_ids(state->sessions), n);
    if (n_members > 0)
        state->live = session_store_lock_live_queue(pg, state->ctx, uuid_map_ids(state->members), n_members);
}

static void read_sessions(struct session_batch *state, const struct pg_result *rows)
{
    for (size_t i = 0; rows && i < pg_rows(rows); i++) {
        struct loaded_session row = session_store_loaded(rows, i);
        uuid_map_put(state->sessions, &row.id, mem_copy(state->ctx, &row, sizeof row));
    }
}

static enum err session_loaded(void *arg)
{
    struct session_batch *state = arg;
    read_sessions(state, state->rows);
    read_sessions(state, state->live);
    return ERR_OK;
}

static void session_write(void *arg, struct pg *pg)
{
    struct session_batch *state = arg;
    pg_queue(pg, state->ended);
}

/* --- ending --- */

static void end(const struct loop_message *message, struct loaded_session *session)
{
    session->ended = true;
    session_store_end_add(state_of(message)->ended, &session->id, message->now_us);
    device_end_with_session(message, &session->id);
    loop_event(message, TOPIC_AUTH_EVENTS, &session->member,
               &session_ended(message->ctx, &session->id, &session->member)->base);
    loop_answer_after_events(message);
    loop_tag(message->batch, TAG_SESSIONS, &session->member);
}

void session_want_of_member(const struct loop_message *message, const struct uuid *member)
{
    uuid_map_name(state_of(message)->members, member);
    device_want_of(message, member);
}

void session_end_of_member(const struct loop_message *message, const struct uuid *member)
{
    const struct session_batch *state = state_of(message);
    for (size_t i = 0; i < uuid_map_size(state->sessions); i++) {
        struct loaded_session *session = uuid_map_value(state->sessions, i);
        if (session && !session->ended && uuid_equal(&session->member, member))
            end(message, session);
    }
    device_end_of_member(message, member); /* those that no session registered */
}

/* --- EndSession --- */

static bool read_session_id(const struct loop_message *message, struct uuid *ret_id)
{
    const Pb__EndSession *body = (const Pb__EndSession *)message->body;
    return body->has_session_id && uuid_from_pb(body->session_id, ret_id) == ERR_OK;
}

static enum err want_end(const struct loop_message *message)
{
    struct uuid id;
    if (read_session_id(message, &id))
        uuid_map_name(state_of(message)->sessions, &id);
    device_want_of(message, &message->aggregate);
    return ERR_OK;
}

static bool is_own(const struct loop_message *message, const struct loaded_session *session)
{
    return asker_is_aggregate(message) && uuid_equal(&session->member, &message->actor);
}

static enum err apply_end(const struct loop_message *message)
{
    struct session_batch *state = state_of(message);
    struct uuid id;
    if (!read_session_id(message, &id))
        return loop_field(message, "/session_id", ERR_FIELD_REQUIRED);
    struct loaded_session *session = uuid_map_get(state->sessions, &id);
    if (!session || !is_own(message, session))
        return ERR_NOT_FOUND;
    if (session->ended) { /* it is asked for again, and is so */
        loop_answer(message, &id, 0, NULL);
        return ERR_OK;
    }
    end(message, session);
    loop_answer(message, &id, 0, NULL);
    return ERR_OK;
}

/* --- RegisterDevice: a device belongs to the session that registers it, and ends with it --- */

static enum err want_register(const struct loop_message *message)
{
    uuid_map_name(state_of(message)->sessions, &message->session);
    device_want_register(message);
    return ERR_OK;
}

/* A session that has ended meanwhile, as of a member who left, registers nothing: nobody could end that device. */
static enum err apply_register(const struct loop_message *message)
{
    const struct loaded_session *session = uuid_map_get(state_of(message)->sessions, &message->session);
    if (!asker_is_aggregate(message))
        return ERR_NOT_FOUND;
    if (!session || session->ended || !is_own(message, session))
        return ERR_SESSION_ENDED;
    device_register(message);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {
    {&pb__end_session__descriptor, want_end, apply_end},
    {&pb__register_device__descriptor, want_register, apply_register},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_AUTH_COMMANDS, ROWS)};

const struct loop_part SESSION_PART = {
    .name = "session",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = session_new,
    .load = session_load,
    .loaded = session_loaded,
    .write = session_write,
};
