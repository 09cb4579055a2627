#include "services/auth/device/device.h"

#include "common/base/mem.h"
#include <assert.h>
#include <sodium.h>
#include <string.h>

static_assert(DEVICE_HASH_BYTES == crypto_hash_sha256_BYTES, "SHA-256");

/* --- rules --- */

void device_hash_token(const char *token, uint8_t ret_hash[DEVICE_HASH_BYTES])
{
    crypto_hash_sha256(ret_hash, (const uint8_t *)token, strlen(token));
}

bool device_is_same(const struct device *a, const struct device *b)
{
    return uuid_equal(&a->member, &b->member) && strcmp(a->device_id, b->device_id) == 0;
}

bool device_yields(const struct device *had, const struct device *wants)
{
    return !device_is_same(had, wants) && had->provider == wants->provider &&
           sodium_memcmp(had->token_hash, wants->token_hash, DEVICE_HASH_BYTES) == 0;
}

int64_t device_last_seen_us(const struct device *device)
{
    return device->last_used_at_us > device->registered_at_us ? device->last_used_at_us : device->registered_at_us;
}

/* --- views --- */

static char *borrow(const char *text)
{
    return (char *)(uintptr_t)text;
}

Pb__Device *device_view(TALLOC_CTX *ctx, const struct device *device)
{
    Pb__Device *view = mem_new(ctx, Pb__Device);
    pb__device__init(view);
    view->id = borrow(device->device_id);
    view->provider = device->provider;
    view->app_version = borrow(device->app_version);
    view->created_at_us = device->created_at_us;
    view->has_last_used_at_us = true;
    view->last_used_at_us = device_last_seen_us(device);
    return view;
}

Pb__DeviceRegistered *device_registered(TALLOC_CTX *ctx, const struct device *device)
{
    Pb__DeviceRegistered *event = mem_new(ctx, Pb__DeviceRegistered);
    pb__device_registered__init(event);
    event->member_id = uuid_to_pb(ctx, &device->member);
    event->device_id = borrow(device->device_id);
    event->provider = device->provider;
    event->token = borrow(device->token);
    event->registered_at_us = device->registered_at_us;
    event->app_version = borrow(device->app_version);
    return event;
}

Pb__DeviceRemoved *device_removed(TALLOC_CTX *ctx, const struct device *device, int64_t removed_at_us)
{
    Pb__DeviceRemoved *event = mem_new(ctx, Pb__DeviceRemoved);
    pb__device_removed__init(event);
    event->member_id = uuid_to_pb(ctx, &device->member);
    event->device_id = borrow(device->device_id);
    event->removed_at_us = removed_at_us > device->registered_at_us ? removed_at_us : device->registered_at_us;
    return event;
}
