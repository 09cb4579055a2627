/* Redis (hiredis), one connection, one thread. Every command is queued; redis_flush makes one round trip.
 * Redis may be down at any time: that is ERR_UNAVAILABLE at once or after deadline_ms, a reconnect is tried at most
 * every 500 ms. A flush after Redis was restarted fails once more: which of its commands were executed is not known, so
 * none is sent again. */
#ifndef SOTAY_COMMON_REDIS_H
#define SOTAY_COMMON_REDIS_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

struct redis;
/* Connects when first used. Owned by ctx, and closes with it. `credentials`: "user:password" as in a URI (RFC 3986),
 * the password of the default user alone, or NULL. */
struct redis *redis_new(TALLOC_CTX *ctx, const char *address, const char *credentials, int deadline_ms);
void redis_queue(struct redis *redis, int argc, const char *const argv[], const size_t argv_bytes[]); /* copies */
/* SET EX; a lifetime of 0 is for ever. */
void redis_queue_set(struct redis *redis, const char *key, const void *value, size_t bytes, int lifetime_s);
void redis_queue_publish(struct redis *redis, const char *channel, const void *bytes, size_t n);
void redis_queue_get(struct redis *redis, const char *key);
void redis_queue_unlink(struct redis *redis, const char *const keys[], size_t n); /* n > 0 */
/* Sends all, reads all replies, blocks up to deadline_ms. Replies of strings can be read until the next queue call.
 * ERR_UNAVAILABLE also if a command was refused (Redis loads its data, has no memory left): the others may have been
 * executed. */
MUST_CHECK enum err redis_flush(struct redis *redis);
const void *redis_reply(const struct redis *redis, size_t index, size_t *ret_bytes); /* NULL: nil or no string */

/* A subscriber to channels, on a thread of its own. Reconnects for ever. Callbacks run on its thread. */
struct redis_subscriber;
struct redis_subscription {
    const char *const *channels;
    size_t n_channels;
    void (*subscribed)(void *arg); /* connected, again or for the first time: messages may have been missed */
    /* A message on channels[channel] that was published after `since_us` (monotonic), when the last answered ping was
     * sent: however long it lay in a buffer, or this process stood still, it is no newer than it looks. */
    void (*message)(void *arg, size_t channel, const void *bytes, size_t n, int64_t since_us);
    void *arg;
};
MUST_CHECK enum err redis_subscribe(TALLOC_CTX *ctx, const char *address, const char *credentials,
                                    const struct redis_subscription *subscription,
                                    struct redis_subscriber **ret_subscriber);
/* Blocks for a moment, or up to 2 s while it connects. */
void redis_unsubscribe(struct redis_subscriber *subscriber);

#endif
