#include "services/gateway/read/cache_redis.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/tag.h"
#include "common/base/uuid.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define STORED_S 600          /* stale answers for ten minutes */
#define TAG_LIFETIME_S "7200" /* longer than anything that carries its version */
#define TAG_KEY_BYTES (sizeof REDIS_KEY_TAG + TAG_TEXT_BYTES)

void cache_redis_key(const void *key, size_t n, char redis_key[CACHE_REDIS_KEY_BYTES])
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, key, n);
    const size_t prefix_bytes = sizeof REDIS_KEY_ENTRY - 1;
    memcpy(redis_key, REDIS_KEY_ENTRY, prefix_bytes);
    sodium_bin2hex(redis_key + prefix_bytes, CACHE_REDIS_KEY_BYTES - prefix_bytes, digest, sizeof digest);
}

static void queue_get_tag(struct redis *redis, const char *tag)
{
    char key[TAG_KEY_BYTES];
    snprintf(key, sizeof key, REDIS_KEY_TAG "%s", tag);
    redis_queue_get(redis, key);
}

static void take_version(struct redis *redis, size_t reply, struct cache_versions *versions, size_t index)
{
    size_t n = 0;
    const void *bytes = redis_reply(redis, reply, &n);
    versions->items[index].n = bytes && n <= CACHE_VERSION_BYTES ? n : 0;
    if (versions->items[index].n)
        memcpy(versions->items[index].bytes, bytes, n);
}

enum err cache_redis_read(struct redis *redis, const char *redis_key, const char *const tags[], size_t n_tags,
                          struct cache_versions *versions, struct cache_entry **ret_entry, bool *ret_current)
{
    versions->n = n_tags;
    for (size_t i = 0; i < n_tags; i++)
        queue_get_tag(redis, tags[i]);
    redis_queue_get(redis, redis_key);
    enum err err = redis_flush(redis);
    if (err)
        return err;
    for (size_t i = 0; i < n_tags; i++)
        take_version(redis, i, versions, i);
    size_t n = 0;
    const void *stored = redis_reply(redis, n_tags, &n);
    *ret_entry = stored ? cache_entry_unpack(stored, n, versions, ret_current) : NULL;
    return ERR_OK;
}

static void queue_make_tag(struct redis *redis, const char *tag, const struct uuid *version)
{
    char key[TAG_KEY_BYTES];
    snprintf(key, sizeof key, REDIS_KEY_TAG "%s", tag);
    const char *argv[] = {"SET", key, (const char *)version->bytes, "NX", "EX", TAG_LIFETIME_S};
    const size_t bytes[] = {3, strlen(key), sizeof version->bytes, 2, 2, strlen(TAG_LIFETIME_S)};
    redis_queue(redis, ARRAY_LENGTH(argv), argv, bytes);
    redis_queue_get(redis, key); /* another gateway or the service itself may have been faster */
}

enum err cache_redis_make_versions(struct redis *redis, const char *const tags[], struct cache_versions *versions)
{
    size_t n_absent = 0, absent[CACHE_TAGS_MAX];
    for (size_t i = 0; i < versions->n; i++)
        if (versions->items[i].n == 0)
            absent[n_absent++] = i;
    if (n_absent == 0)
        return ERR_OK;
    for (size_t i = 0; i < n_absent; i++) {
        struct uuid version = uuid_random();
        queue_make_tag(redis, tags[absent[i]], &version);
    }
    enum err err = redis_flush(redis);
    for (size_t i = 0; !err && i < n_absent; i++)
        take_version(redis, 2 * i + 1, versions, absent[i]);
    return err;
}

void cache_redis_store(struct redis *redis, const char *redis_key, const struct cache_entry *entry,
                       const struct cache_versions *versions)
{
    TALLOC_CTX *ctx = mem_context(NULL, "cache store");
    size_t n;
    uint8_t *bytes = cache_entry_pack(ctx, entry, versions, &n);
    redis_queue_set(redis, redis_key, bytes, n, STORED_S);
    enum err err = redis_flush(redis);
    (void)err; /* not stored: asked again next time */
    mem_free(ctx);
}
