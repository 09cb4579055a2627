/* The cache's part in Redis, on the workers' own connections. Only for the cache. */
#ifndef SOTAY_GATEWAY_CACHE_REDIS_H
#define SOTAY_GATEWAY_CACHE_REDIS_H

#include "common/redis/redis.h"
#include "redis_keys.h"
#include "services/gateway/read/cache_entry.h"

#define CACHE_REDIS_KEY_BYTES (sizeof REDIS_KEY_ENTRY + 64) /* SHA-256 in hex, and the final NUL */
void cache_redis_key(const void *key, size_t n, char redis_key[CACHE_REDIS_KEY_BYTES]);

/* One round trip: the tags' versions, new ones for those that had none, and the entry (NULL: none). ERR_UNAVAILABLE. */
MUST_CHECK enum err cache_redis_read(struct redis *redis, const char *redis_key, const char *const tags[],
                                     size_t n_tags, struct cache_versions *versions, struct cache_entry **ret_entry,
                                     bool *ret_current);

void cache_redis_store(struct redis *redis, const char *redis_key, const struct cache_entry *entry,
                       const struct cache_versions *versions);

#endif
