/* SQL of devices. Table: device (002_access.sql, 005_endings.sql). Functions named …_queue only queue on the
 * connection's pipeline: the caller flushes. The others make their round trip. Results are owned by `ctx`; one thread
 * for each connection. */
#ifndef SOTAY_AUTH_DEVICE_STORE_H
#define SOTAY_AUTH_DEVICE_STORE_H

#include "common/pg/pg.h"
#include "services/auth/device/device.h"

struct devices {
    struct device *items;
    size_t n;
};

/* The devices of these members, and those of anybody that have one of these tokens (SHA-256 in hex); locked, in the
 * order of (member, device). */
struct pg_result *device_store_load_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *members, size_t n_members,
                                          const char *const token_hashes_hex[], size_t n_hashes);
/* After the flush. */
struct devices device_store_loaded(TALLOC_CTX *ctx, const struct pg_result *result);

/* Statements that take many devices: one `_add` for each, then pg_queue. */
struct pg_args *device_store_remove(TALLOC_CTX *ctx);
void device_store_remove_add(struct pg_args *args, const struct device *device);
/* Removes those that these sessions registered, and all of these members but those of the session `kept` (or NULL):
 * device_store_loaded reads which. */
struct pg_result *device_store_remove_of_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *sessions,
                                               size_t n_sessions, const struct uuid *members, size_t n_members,
                                               const struct uuid *kept);
/* Adds or replaces. */
struct pg_args *device_store_put(TALLOC_CTX *ctx);
void device_store_put_add(struct pg_args *args, const struct device *device);

/* At most `limit` devices after `after` (device_id NULL: from the first) in the order of (member, device). */
MUST_CHECK enum err device_store_after(struct pg *pg, TALLOC_CTX *ctx, const struct device *after, int limit,
                                       struct devices *ret_devices);
/* One member's, the oldest first. */
MUST_CHECK enum err device_store_of_member(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                           struct devices *ret_devices);

#endif
