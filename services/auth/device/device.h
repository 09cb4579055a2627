/* A member's devices, as push reaches them, and the pure rules about them: no I/O, clock or random numbers. Any
 * thread. */
#ifndef SOTAY_AUTH_DEVICE_H
#define SOTAY_AUTH_DEVICE_H

#include "common/base/uuid.h"
#include "sotay/v1/auth.pb-c.h"
#include <stdbool.h>
#include <talloc.h>

#define DEVICES_LIMIT 20 /* of a member; the one unused for longest makes room */
enum { DEVICE_HASH_BYTES = 32 };

struct device {
    struct uuid member, session;                 /* session: that registered it; zero: none is known */
    const char *device_id, *token, *app_version; /* app_version may be NULL */
    uint8_t token_hash[DEVICE_HASH_BYTES];       /* SHA-256 of the token */
    Pb__Provider provider;
    int64_t created_at_us, registered_at_us, last_used_at_us; /* last used 0: never */
};

void device_hash_token(const char *token, uint8_t ret_hash[DEVICE_HASH_BYTES]);
/* Whether both name the same device of the same member, whatever else they say. */
bool device_is_same(const struct device *a, const struct device *b);
/* A token belongs to one device: whoever had it before lent or sold the phone. Whether `had` has to give its token up
 * to `wants`. */
bool device_yields(const struct device *had, const struct device *wants);
/* When it was last used or registered. */
int64_t device_last_seen_us(const struct device *device);

/* What clients and events show of a device. The texts are borrowed from `device`, the rest belongs to ctx. */
Pb__Device *device_view(TALLOC_CTX *ctx, const struct device *device);
Pb__DeviceRegistered *device_registered(TALLOC_CTX *ctx, const struct device *device);
/* Never before it was registered, whatever the clocks of the two say: the newest word wins. */
Pb__DeviceRemoved *device_removed(TALLOC_CTX *ctx, const struct device *device, int64_t removed_at_us);

#endif
