#include "services/notification/push/device.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/notification/push/device_store.h"
#include "sotay/v1/auth.pb-c.h"
#include <string.h>

struct devices {
    TALLOC_CTX *ctx;
    struct uuid_map *newest; /* struct device, by a hash of member and device: the newest of the batch */
};

static void *devices_new(struct loop_batch *batch)
{
    struct devices *state = mem_new(loop_ctx(batch), struct devices);
    state->ctx = loop_ctx(batch);
    state->newest = uuid_map_new(state->ctx);
    return state;
}

static void devices_write(void *arg, struct pg *pg)
{
    const struct devices *state = arg;
    size_t n = uuid_map_size(state->newest);
    const struct device **devices = mem_array(state->ctx, const struct device *, n);
    for (size_t i = 0; i < n; i++)
        devices[i] = uuid_map_value(state->newest, i);
    device_store_queue(state->ctx, pg, devices, n);
}

static enum err keep_device(const struct loop_message *message, ProtobufCBinaryData member, const char *device_id,
                            const struct device *said)
{
    struct devices *state = loop_state(message->batch, &DEVICE_PART);
    struct device *device = mem_copy(message->ctx, said, sizeof *said);
    if (uuid_from_pb(member, &device->member))
        return ERR_MALFORMED;
    device->device_id = device_id;
    const void *parts[] = {device->member.bytes, device_id};
    const size_t bytes[] = {sizeof device->member.bytes, strlen(device_id)};
    struct uuid key = uuid_hash(2, parts, bytes);
    const struct device *known = uuid_map_get(state->newest, &key);
    if (!known || known->at_us <= device->at_us)
        uuid_map_put(state->newest, &key, device);
    return ERR_OK;
}

static enum err apply_registered(const struct loop_message *message)
{
    const Pb__DeviceRegistered *event = (const Pb__DeviceRegistered *)message->body;
    const struct device device = {
        .token = event->token, .provider = (int32_t)event->provider, .at_us = event->registered_at_us};
    return keep_device(message, event->member_id, event->device_id, &device);
}

static enum err apply_removed(const struct loop_message *message)
{
    const Pb__DeviceRemoved *event = (const Pb__DeviceRemoved *)message->body;
    const struct device device = {.at_us = event->removed_at_us};
    return keep_device(message, event->member_id, event->device_id, &device);
}

static const struct loop_handler EVENTS[] = {
    {&pb__device_registered__descriptor, NULL, apply_registered},
    {&pb__device_removed__descriptor, NULL, apply_removed},
};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_AUTH_EVENTS, EVENTS)};

const struct loop_part DEVICE_PART = {
    .name = "device",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = devices_new,
    .write = devices_write,
};
