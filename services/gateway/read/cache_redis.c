#include "services/gateway/read/cache_redis.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/tag.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define STORED_S 600          /* stale answers for ten minutes */
#define TAG_LIFETIME_S "7200" /* longer than anything that carries its version */
#define TAG_KEY_BYTES (sizeof REDIS_KEY_TAG + TAG_TEXT_BYTES)
#define NEW_VERSION_BYTES 16

void cache_redis_key(const void *key, size_t n, char redis_key[CACHE_REDIS_KEY_BYTES])
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, key, n);
    const size_t prefix_bytes = sizeof REDIS_KEY_ENTRY - 1;
    memcpy(redis_key, REDIS_KEY_ENTRY, prefix_bytes);
    sodium_bin2hex(redis_key + prefix_bytes, CACHE_REDIS_KEY_BYTES - prefix_bytes, digest, sizeof digest);
}

/* The tag's version, which is ours where it has none: SET … NX GET says what was there. */
static void queue_version(struct redis *redis, const char *tag, struct cache_version *version)
{
    char key[TAG_KEY_BYTES];
    snprintf(key, sizeof key, REDIS_KEY_TAG "%s", tag);
    version->n = NEW_VERSION_BYTES;
    randombytes_buf(version->bytes, NEW_VERSION_BYTES);
    const char *argv[] = {"SET", key, (const char *)version->bytes, "NX", "GET", "EX", TAG_LIFETIME_S};
    const size_t bytes[] = {3, strlen(key), NEW_VERSION_BYTES, 2, 3, 2, strlen(TAG_LIFETIME_S)};
    redis_queue(redis, ARRAY_LENGTH(argv), argv, bytes);
}

static void take_version(struct redis *redis, size_t reply, struct cache_version *version)
{
    size_t n = 0;
    const void *bytes = redis_reply(redis, reply, &n);
    if (!bytes)
        return;
    version->n = n <= CACHE_VERSION_BYTES ? n : 0;
    memcpy(version->bytes, bytes, version->n);
}

enum err cache_redis_read(struct redis *redis, const char *redis_key, const char *const tags[], size_t n_tags,
                          struct cache_versions *versions, struct cache_entry **ret_entry, bool *ret_current)
{
    versions->n = n_tags;
    for (size_t i = 0; i < n_tags; i++)
        queue_version(redis, tags[i], &versions->items[i]);
    redis_queue_get(redis, redis_key);
    enum err err = redis_flush(redis);
    if (err)
        return err;
    for (size_t i = 0; i < n_tags; i++)
        take_version(redis, i, &versions->items[i]);
    size_t n = 0;
    const void *stored = redis_reply(redis, n_tags, &n);
    *ret_entry = stored ? cache_entry_unpack(stored, n, versions, ret_current) : NULL;
    return ERR_OK;
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
