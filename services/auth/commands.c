/* Commands on auth.commands: one's own sessions and devices. The aggregate is the member, and the actor must be that
 * member. */
#include "services/auth/auth.h"
#include "services/auth/service.h"
#include "services/auth/store.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "sotay/v1/auth.pb-c.h"
#include <sodium.h>
#include <string.h>

/* --- the batch's working set --- */

struct device {
    struct store_device row;
    bool was_there; /* in the database */
    bool changed, gone;
    struct device *next;
};

struct work {
    TALLOC_CTX *ctx;
    struct uuid_map *sessions; /* id → struct store_loaded_session */
    struct uuid_map *members;  /* whose devices are loaded */
    const char **hashes;       /* hex of the tokens that are registered */
    size_t n_hashes, hashes_room;
    struct pg_result *session_rows, *device_rows;
    struct device *devices; /* of those members, and who has those tokens now */
    struct pg_args *ended, *removed, *put;
};

static const struct loop_part COMMANDS_PART;

static void *work_new(struct loop_batch *batch)
{
    TALLOC_CTX *ctx = loop_ctx(batch);
    struct work *work = mem_new(ctx, struct work);
    work->ctx = ctx;
    work->sessions = uuid_map_new(ctx);
    work->members = uuid_map_new(ctx);
    work->ended = store_end_sessions(ctx);
    work->removed = store_remove_devices(ctx);
    work->put = store_put_devices(ctx);
    return work;
}

static void load(void *arg, struct pg *pg)
{
    struct work *work = arg;
    size_t n_sessions = uuid_map_size(work->sessions), n_members = uuid_map_size(work->members);
    if (n_sessions > 0)
        work->session_rows = store_load_sessions_queue(pg, work->ctx, uuid_map_ids(work->sessions), n_sessions);
    if (n_members > 0)
        work->device_rows = store_load_devices_queue(pg, work->ctx, uuid_map_ids(work->members), n_members,
                                                     work->hashes, work->n_hashes);
}

static enum err loaded(void *arg)
{
    struct work *work = arg;
    for (size_t i = 0; work->session_rows && i < pg_rows(work->session_rows); i++) {
        struct store_loaded_session row = store_loaded_session(work->session_rows, i);
        uuid_map_put(work->sessions, &row.id, mem_copy(work->ctx, &row, sizeof row));
    }
    for (size_t i = 0; work->device_rows && i < pg_rows(work->device_rows); i++) {
        struct device *device = mem_new(work->ctx, struct device);
        device->was_there = true;
        device->row = store_loaded_device(work->ctx, work->device_rows, i);
        device->next = work->devices;
        work->devices = device;
    }
    return ERR_OK;
}

/* Removals first: a token that moves must be free before it is put. Only the final state of a device is written. */
static void write(void *arg, struct pg *pg)
{
    struct work *work = arg;
    for (const struct device *device = work->devices; device; device = device->next) {
        if (!device->changed)
            continue;
        if (device->was_there && device->gone)
            store_remove_devices_add(work->removed, &device->row);
        if (!device->gone)
            store_put_devices_add(work->put, &device->row);
    }
    pg_queue(pg, work->ended);
    pg_queue(pg, work->removed);
    pg_queue(pg, work->put);
}

static bool is_own(const struct loop_message *message)
{
    return message->has_actor && uuid_equal(&message->actor, &message->aggregate);
}

/* --- sessions --- */

static bool session_id(const struct loop_message *message, struct uuid *ret_id)
{
    const Pb__EndSession *body = (const Pb__EndSession *)message->body;
    return body->has_session_id && uuid_from_pb(body->session_id, ret_id) == ERR_OK;
}

static enum err end_session_needs(const struct loop_message *message)
{
    struct work *work = loop_state(message->batch, &COMMANDS_PART);
    struct uuid id;
    if (session_id(message, &id))
        uuid_map_name(work->sessions, &id);
    return ERR_OK;
}

static enum err end_session(const struct loop_message *message)
{
    struct work *work = loop_state(message->batch, &COMMANDS_PART);
    struct uuid id;
    if (!session_id(message, &id))
        return loop_field(message, "/session_id", ERR_FIELD_REQUIRED);
    struct store_loaded_session *session = uuid_map_get(work->sessions, &id);
    if (!session || session->ended || !is_own(message) || !uuid_equal(&session->member, &message->actor))
        return ERR_NOT_FOUND;
    session->ended = true;
    store_end_sessions_add(work->ended, &id, message->now_us);
    Pb__SessionEnded event = PB__SESSION_ENDED__INIT;
    event.session_id = uuid_to_pb(message->ctx, &id);
    event.member_id = uuid_to_pb(message->ctx, &message->actor);
    loop_event(message, TOPIC_AUTH_EVENTS, &message->actor, &event.base);
    loop_answer(message, &id, 0, NULL);
    loop_answer_after_events(message);
    loop_tag(message->batch, TAG_SESSIONS, &message->actor);
    return ERR_OK;
}

/* --- devices --- */

static void hash_token(const char *token, uint8_t ret_hash[32])
{
    crypto_hash_sha256(ret_hash, (const uint8_t *)token, strlen(token));
}

static void name_token(struct work *work, const char *token)
{
    uint8_t hash[32];
    char *hex = mem_array(work->ctx, char, 2 * sizeof hash + 1);
    if (work->n_hashes == work->hashes_room) {
        work->hashes_room = work->hashes_room ? 2 * work->hashes_room : 16;
        work->hashes = mem_grow(work->ctx, work->hashes, sizeof *work->hashes, work->hashes_room);
    }
    hash_token(token, hash);
    sodium_bin2hex(hex, 2 * sizeof hash + 1, hash, sizeof hash);
    work->hashes[work->n_hashes++] = hex;
}

static enum err register_device_needs(const struct loop_message *message)
{
    struct work *work = loop_state(message->batch, &COMMANDS_PART);
    uuid_map_name(work->members, &message->aggregate);
    name_token(work, ((const Pb__RegisterDevice *)message->body)->token);
    return ERR_OK;
}

static enum err remove_device_needs(const struct loop_message *message)
{
    struct work *work = loop_state(message->batch, &COMMANDS_PART);
    uuid_map_name(work->members, &message->aggregate);
    return ERR_OK;
}

static struct device *find_device(const struct work *work, const struct uuid *member, const char *device_id)
{
    for (struct device *device = work->devices; device; device = device->next)
        if (!device->gone && uuid_equal(&device->row.member, member) && strcmp(device->row.device_id, device_id) == 0)
            return device;
    return NULL;
}

static void remove_one(const struct loop_message *message, struct device *device)
{
    Pb__DeviceRemoved event = PB__DEVICE_REMOVED__INIT;
    device->gone = device->changed = true;
    event.member_id = uuid_to_pb(message->ctx, &device->row.member);
    event.device_id = (char *)(uintptr_t)device->row.device_id;
    event.removed_at_us = message->now_us;
    loop_event(message, TOPIC_AUTH_EVENTS, &device->row.member, &event.base);
    loop_tag(message->batch, TAG_DEVICES, &device->row.member);
}

/* A token belongs to one device: who had it before lent or sold the phone. */
static void take_token(struct work *work, const struct loop_message *message, const struct store_device *wanted)
{
    for (struct device *device = work->devices; device; device = device->next) {
        bool same = uuid_equal(&device->row.member, &wanted->member) &&
                    strcmp(device->row.device_id, wanted->device_id) == 0;
        if (device->gone || same || device->row.provider != wanted->provider)
            continue;
        if (sodium_memcmp(device->row.token_hash, wanted->token_hash, sizeof wanted->token_hash) == 0)
            remove_one(message, device);
    }
}

static int64_t last_seen_us(const struct device *device)
{
    return device->row.last_used_at_us > device->row.registered_at_us ? device->row.last_used_at_us
                                                                      : device->row.registered_at_us;
}

static void make_room(struct work *work, const struct loop_message *message)
{
    struct device *oldest = NULL;
    size_t n = 0;
    for (struct device *device = work->devices; device; device = device->next) {
        if (device->gone || !uuid_equal(&device->row.member, &message->actor))
            continue;
        n++;
        if (!oldest || last_seen_us(device) < last_seen_us(oldest))
            oldest = device;
    }
    if (n >= DEVICES_LIMIT)
        remove_one(message, oldest);
}

static struct device *put_device(struct work *work, const struct loop_message *message,
                                 const struct store_device *wanted)
{
    struct device *device = find_device(work, &wanted->member, wanted->device_id);
    int64_t created_at_us = device ? device->row.created_at_us : message->now_us;
    int64_t last_used_at_us = device ? device->row.last_used_at_us : 0;
    if (!device) {
        make_room(work, message);
        device = mem_new(work->ctx, struct device);
        device->next = work->devices;
        work->devices = device;
    }
    device->row = *wanted;
    device->row.created_at_us = created_at_us;
    device->row.last_used_at_us = last_used_at_us;
    device->changed = true;
    return device;
}

static void announce(const struct loop_message *message, const struct store_device *device)
{
    Pb__DeviceRegistered event = PB__DEVICE_REGISTERED__INIT;
    event.member_id = uuid_to_pb(message->ctx, &device->member);
    event.device_id = (char *)(uintptr_t)device->device_id;
    event.provider = (Pb__Provider)device->provider;
    event.token = (char *)(uintptr_t)device->token;
    event.registered_at_us = device->registered_at_us;
    event.app_version = (char *)(uintptr_t)device->app_version;
    loop_event(message, TOPIC_AUTH_EVENTS, &device->member, &event.base);
}

static void answer_device(const struct loop_message *message, const struct store_device *device)
{
    Pb__Device resource = PB__DEVICE__INIT;
    resource.id = (char *)(uintptr_t)device->device_id;
    resource.provider = (Pb__Provider)device->provider;
    resource.app_version = (char *)(uintptr_t)device->app_version;
    resource.created_at_us = device->created_at_us;
    resource.has_last_used_at_us = device->last_used_at_us != 0;
    resource.last_used_at_us = device->last_used_at_us;
    loop_answer(message, &device->member, 0, &resource.base);
}

static enum err register_device(const struct loop_message *message)
{
    const Pb__RegisterDevice *body = (const Pb__RegisterDevice *)message->body;
    struct work *work = loop_state(message->batch, &COMMANDS_PART);
    struct store_device wanted = {.member = message->actor,
                                  .device_id = body->device_id,
                                  .token = body->token,
                                  .provider = (int)body->provider,
                                  .app_version = body->app_version,
                                  .registered_at_us = message->now_us};
    if (!is_own(message))
        return ERR_NOT_FOUND;
    hash_token(wanted.token, wanted.token_hash);
    take_token(work, message, &wanted);
    const struct device *device = put_device(work, message, &wanted);
    announce(message, &device->row);
    answer_device(message, &device->row);
    loop_tag(message->batch, TAG_DEVICES, &message->actor);
    loop_tag(message->batch, TAG_SESSIONS, &message->actor);
    return ERR_OK;
}

static enum err remove_device(const struct loop_message *message)
{
    const Pb__RemoveDevice *body = (const Pb__RemoveDevice *)message->body;
    struct work *work = loop_state(message->batch, &COMMANDS_PART);
    struct device *device = is_own(message) ? find_device(work, &message->actor, body->device_id) : NULL;
    if (!device)
        return ERR_NOT_FOUND;
    remove_one(message, device);
    loop_answer(message, &message->actor, 0, NULL);
    loop_tag(message->batch, TAG_SESSIONS, &message->actor);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {
    {&pb__end_session__descriptor, end_session_needs, end_session},
    {&pb__register_device__descriptor, register_device_needs, register_device},
    {&pb__remove_device__descriptor, remove_device_needs, remove_device},
};

static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_AUTH_COMMANDS, ROWS)};

static const struct loop_part COMMANDS_PART = {
    .name = "access",
    .handlers = HANDLERS,
    .n_handlers = sizeof HANDLERS / sizeof *HANDLERS,
    .new = work_new,
    .load = load,
    .loaded = loaded,
    .write = write,
};

static const struct loop_input INPUTS[] = {{.topic = TOPIC_AUTH_COMMANDS, .commands = true}};
static const struct loop_part *const PARTS[] = {&COMMANDS_PART};

const struct loop_options AUTH_LOOPS[] = {
    {.service = "auth",
     .name = "commands",
     .inputs = INPUTS,
     .n_inputs = 1,
     .parts = PARTS,
     .n_parts = 1,
     .fires_timers = true},
};
const size_t AUTH_N_LOOPS = sizeof AUTH_LOOPS / sizeof *AUTH_LOOPS;
