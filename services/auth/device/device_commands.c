#include "services/auth/device/device_commands.h"

#include "common/base/array.h"
#include "common/base/uuid_map.h"
#include "services/auth/device/device_store.h"
#include "services/auth/member/asker.h"
#include <sodium.h>
#include <string.h>

/* --- the state of a batch --- */

struct entry {
    struct device device;
    bool was_there; /* in the database */
    bool changed, gone;
};

/* The devices of every member that the batch names, and those that have a token that it registers. */
struct device_batch {
    TALLOC_CTX *ctx;
    struct uuid_map *members;         /* whose devices are wanted */
    ARRAY(const char *) token_hashes; /* in hex, of the tokens that are registered */
    struct pg_result *rows;
    ARRAY(struct entry *) entries;
};

static void *device_new(struct loop_batch *batch)
{
    struct device_batch *state = mem_new(loop_ctx(batch), struct device_batch);
    state->ctx = loop_ctx(batch);
    state->members = uuid_map_new(state->ctx);
    return state;
}

static struct device_batch *state_of(const struct loop_message *message)
{
    return loop_state(message->batch, &DEVICE_PART);
}

static void device_load(void *arg, struct pg *pg)
{
    struct device_batch *state = arg;
    size_t n = uuid_map_size(state->members);
    if (n > 0)
        state->rows = device_store_load_queue(pg, state->ctx, uuid_map_ids(state->members), n,
                                              state->token_hashes.items, state->token_hashes.n);
}

static struct entry *add_entry(struct device_batch *state, const struct device *device, bool was_there)
{
    struct entry *entry = mem_new(state->ctx, struct entry);
    *entry = (struct entry){.device = *device, .was_there = was_there};
    array_add(state->ctx, &state->entries, entry);
    return entry;
}

static enum err device_loaded(void *arg)
{
    struct device_batch *state = arg;
    if (!state->rows)
        return ERR_OK;
    struct devices devices = device_store_loaded(state->ctx, state->rows);
    for (size_t i = 0; i < devices.n; i++)
        add_entry(state, &devices.items[i], true);
    return ERR_OK;
}

/* Removals come first: a token that moves must be free before it is put. Only the last state of a device is written. */
static void device_write(void *arg, struct pg *pg)
{
    struct device_batch *state = arg;
    struct pg_args *removed = device_store_remove(state->ctx), *put = device_store_put(state->ctx);
    for (size_t i = 0; i < state->entries.n; i++) {
        const struct entry *entry = state->entries.items[i];
        if (!entry->changed)
            continue;
        if (entry->was_there && entry->gone)
            device_store_remove_add(removed, &entry->device);
        if (!entry->gone)
            device_store_put_add(put, &entry->device);
    }
    pg_queue(pg, removed);
    pg_queue(pg, put);
}

/* --- all commands --- */

static struct entry *find_entry(const struct device_batch *state, const struct device *wanted)
{
    for (size_t i = 0; i < state->entries.n; i++) {
        struct entry *entry = state->entries.items[i];
        if (!entry->gone && device_is_same(&entry->device, wanted))
            return entry;
    }
    return NULL;
}

void device_want_of(const struct loop_message *message, const struct uuid *member)
{
    uuid_map_name(state_of(message)->members, member);
}

static void remove_entry(const struct loop_message *message, struct entry *entry)
{
    entry->gone = entry->changed = true;
    loop_event(message, TOPIC_AUTH_EVENTS, &entry->device.member,
               &device_removed(message->ctx, &entry->device, message->now_us)->base);
    loop_tag(message->batch, TAG_DEVICES, &entry->device.member);
}

/* --- registering --- */

static void want_token(struct device_batch *state, const char *token)
{
    uint8_t hash[DEVICE_HASH_BYTES];
    char *hex = mem_array(state->ctx, char, 2 * sizeof hash + 1);
    device_hash_token(token, hash);
    sodium_bin2hex(hex, 2 * sizeof hash + 1, hash, sizeof hash);
    array_add(state->ctx, &state->token_hashes, hex);
}

void device_want_register(const struct loop_message *message)
{
    device_want_of(message, &message->aggregate);
    want_token(state_of(message), ((const Pb__RegisterDevice *)message->body)->token);
}

static void free_token(const struct device_batch *state, const struct loop_message *message,
                       const struct device *wanted)
{
    for (size_t i = 0; i < state->entries.n; i++) {
        struct entry *entry = state->entries.items[i];
        if (!entry->gone && device_yields(&entry->device, wanted))
            remove_entry(message, entry);
    }
}

static void make_room(const struct device_batch *state, const struct loop_message *message)
{
    struct entry *oldest = NULL;
    size_t n = 0;
    for (size_t i = 0; i < state->entries.n; i++) {
        struct entry *entry = state->entries.items[i];
        if (entry->gone || !uuid_equal(&entry->device.member, &message->actor))
            continue;
        n++;
        if (!oldest || device_last_seen_us(&entry->device) < device_last_seen_us(&oldest->device))
            oldest = entry;
    }
    if (n >= DEVICES_LIMIT)
        remove_entry(message, oldest);
}

static const struct device *put_device(struct device_batch *state, const struct loop_message *message,
                                       const struct device *wanted)
{
    struct entry *entry = find_entry(state, wanted);
    int64_t created_at_us = entry ? entry->device.created_at_us : message->now_us;
    int64_t last_used_at_us = entry ? entry->device.last_used_at_us : 0;
    if (!entry) {
        make_room(state, message);
        entry = add_entry(state, wanted, false);
    }
    entry->device = *wanted;
    entry->device.created_at_us = created_at_us;
    entry->device.last_used_at_us = last_used_at_us;
    entry->changed = true;
    return &entry->device;
}

void device_register(const struct loop_message *message)
{
    const Pb__RegisterDevice *body = (const Pb__RegisterDevice *)message->body;
    struct device_batch *state = state_of(message);
    struct device wanted = {.member = message->actor,
                            .session = message->session,
                            .device_id = body->device_id,
                            .token = body->token,
                            .provider = body->provider,
                            .app_version = body->app_version,
                            .registered_at_us = message->now_us};
    device_hash_token(wanted.token, wanted.token_hash);
    free_token(state, message, &wanted);
    const struct device *device = put_device(state, message, &wanted);
    loop_event(message, TOPIC_AUTH_EVENTS, &device->member, &device_registered(message->ctx, device)->base);
    loop_answer(message, &device->member, 0, &device_view(message->ctx, device)->base);
    loop_tag(message->batch, TAG_DEVICES, &message->actor);
    loop_tag(message->batch, TAG_SESSIONS, &message->actor); /* a session shows its device */
}

/* --- removing --- */

void device_end_with_session(const struct loop_message *message, const struct uuid *session)
{
    struct device_batch *state = state_of(message);
    for (size_t i = 0; i < state->entries.n; i++) {
        struct entry *entry = state->entries.items[i];
        if (!entry->gone && uuid_equal(&entry->device.session, session))
            remove_entry(message, entry);
    }
}

void device_end_of_member(const struct loop_message *message, const struct uuid *member)
{
    struct device_batch *state = state_of(message);
    for (size_t i = 0; i < state->entries.n; i++) {
        struct entry *entry = state->entries.items[i];
        if (!entry->gone && uuid_equal(&entry->device.member, member))
            remove_entry(message, entry);
    }
}

static enum err want_remove(const struct loop_message *message)
{
    device_want_of(message, &message->aggregate);
    return ERR_OK;
}

static enum err apply_remove(const struct loop_message *message)
{
    const Pb__RemoveDevice *body = (const Pb__RemoveDevice *)message->body;
    const struct device wanted = {.member = message->actor, .device_id = body->device_id};
    struct entry *entry = asker_is_aggregate(message) ? find_entry(state_of(message), &wanted) : NULL;
    if (!entry)
        return ERR_NOT_FOUND;
    remove_entry(message, entry);
    loop_answer(message, &message->actor, 0, NULL);
    loop_tag(message->batch, TAG_SESSIONS, &message->actor);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {
    {&pb__remove_device__descriptor, want_remove, apply_remove},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_AUTH_COMMANDS, ROWS)};

const struct loop_part DEVICE_PART = {
    .name = "device",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = device_new,
    .load = device_load,
    .loaded = device_loaded,
    .write = device_write,
};
