#include "services/notification/preference/preference_commands.h"

#include "common/base/array.h"
#include "common/base/uuid_map.h"
#include "services/notification/preference/preference_store.h"

struct wish {
    struct preference is;
    int64_t changed_at_us; /* 0: not by this batch */
};

struct preferences {
    TALLOC_CTX *ctx;
    struct uuid_map *members; /* struct wish */
    struct pg_result *rows;
};

static void *preferences_new(struct loop_batch *batch)
{
    struct preferences *state = mem_new(loop_ctx(batch), struct preferences);
    state->ctx = loop_ctx(batch);
    state->members = uuid_map_new(state->ctx);
    return state;
}

static void preferences_load(void *arg, struct pg *pg)
{
    struct preferences *state = arg;
    state->rows = preference_store_queue(pg, state->ctx, uuid_map_ids(state->members), uuid_map_size(state->members));
}

static enum err preferences_loaded(void *arg)
{
    struct preferences *state = arg;
    for (size_t row = 0; row < pg_rows(state->rows); row++) {
        const struct preference found = preference_store_read(state->rows, row);
        ((struct wish *)uuid_map_get(state->members, &found.member))->is = found;
    }
    return ERR_OK;
}

/* However often a batch changes a member's, its last state is written. */
static void preferences_write(void *arg, struct pg *pg)
{
    struct preferences *state = arg;
    struct pg_args *put = preference_store_put(state->ctx);
    for (size_t i = 0; i < uuid_map_size(state->members); i++) {
        const struct wish *wish = uuid_map_value(state->members, i);
        if (wish->changed_at_us)
            preference_store_put_add(put, &wish->is, wish->changed_at_us);
    }
    pg_queue(pg, put);
}

static enum err want_edit(const struct loop_message *message)
{
    struct preferences *state = loop_state(message->batch, &PREFERENCE_PART);
    if (!uuid_map_has(state->members, &message->aggregate))
        UUID_MAP_MAKE(state->members, &message->aggregate, struct wish)->is = preference_default(&message->aggregate);
    return ERR_OK;
}

static void keep(const struct loop_message *message, struct wish *wish, const struct preference *after)
{
    if (preference_is_same(&wish->is, after))
        return;
    wish->is = *after;
    wish->is.version++;
    wish->changed_at_us = message->now_us;
    loop_tag(message->batch, TAG_PREFERENCES, &message->actor);
}

static enum err apply_edit(const struct loop_message *message)
{
    struct preferences *state = loop_state(message->batch, &PREFERENCE_PART);
    struct wish *wish = uuid_map_get(state->members, &message->aggregate);
    struct preference after;
    const char *field;
    if (!message->has_actor || !uuid_equal(&message->actor, &message->aggregate))
        return ERR_NOT_FOUND;
    if (message->has_if_version && message->if_version != wish->is.version)
        return ERR_VERSION_CONFLICT;
    enum err err = preference_edit(&wish->is, (const Pb__EditPreferences *)message->body, &after, &field);
    if (err)
        return loop_field(message, field, err);
    keep(message, wish, &after);
    loop_answer(message, &message->actor, wish->is.version, &preference_view(message->ctx, &wish->is)->base);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {{&pb__edit_preferences__descriptor, want_edit, apply_edit}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_NOTIFICATION_COMMANDS, ROWS)};

const struct loop_part PREFERENCE_PART = {
    .name = "preference",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = preferences_new,
    .load = preferences_load,
    .loaded = preferences_loaded,
    .write = preferences_write,
};
