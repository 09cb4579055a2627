#include "services/gateway/read/cache_entry.h"

#include "common/base/mem.h"
#include "services/gateway/read/gzip.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define GZIP_LEAST_BYTES 1024
#define GZIP_LEVEL 4
#define ETAG_HASH_BYTES 8

struct stored_head {
    char magic[4];
    uint32_t n_versions;
    int64_t stored_at_us;
};
static const char MAGIC[4] = {'s', 't', 'c', '1'};

/* --- responses --- */

enum { COMMON_FIELDS = 5 };

static size_t common_fields(struct http_field fields[], const char *etag, bool restricted)
{
    fields[0] = (struct http_field){"ETag", etag};
    fields[1] = (struct http_field){"Cache-Control", restricted ? "no-store" : "private, no-cache"};
    fields[2] = (struct http_field){"Vary", "Authorization, Accept-Encoding"};
    fields[3] = (struct http_field){"X-Content-Type-Options", "nosniff"};
    fields[4] = (struct http_field){"Content-Type", "application/json"};
    return COMMON_FIELDS;
}

struct cache_entry *cache_entry_new(const char *etag, const char *body, size_t bytes, int64_t stored_at_us,
                                    bool restricted)
{
    struct cache_entry *entry = mem_new(NULL, struct cache_entry);
    struct http_field fields[COMMON_FIELDS];
    entry->references = 1;
    snprintf(entry->etag, sizeof entry->etag, "%s", etag);
    size_t n = common_fields(fields, entry->etag, restricted);
    entry->plain = http_shared_new(200, fields, n, body, bytes);
    entry->unchanged = http_shared_new(304, fields, n - 1, NULL, 0);
    entry->body = mem_textn(entry, body, bytes);
    entry->body_bytes = bytes;
    entry->stored_at_us = stored_at_us;
    return entry;
}

void cache_entry_ref(struct cache_entry *entry)
{
    atomic_fetch_add(&entry->references, 1);
}

void cache_entry_unref(struct cache_entry *entry)
{
    if (!entry || atomic_fetch_sub(&entry->references, 1) > 1)
        return;
    http_shared_unref(entry->plain);
    http_shared_unref(entry->unchanged);
    if (entry->gzip)
        http_shared_unref(entry->gzip);
    mem_free(entry);
}

void cache_entry_etag(uint64_t version, const void *body, size_t bytes, char etag[64])
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    char hex[2 * ETAG_HASH_BYTES + 1];
    crypto_hash_sha256(digest, body, bytes);
    sodium_bin2hex(hex, sizeof hex, digest, ETAG_HASH_BYTES);
    snprintf(etag, 64, "\"%llu-%s\"", (unsigned long long)version, hex);
}

void cache_entry_compress(struct cache_entry *entry)
{
    size_t bytes;
    uint8_t *packed = entry->body_bytes > GZIP_LEAST_BYTES
                          ? gzip_pack(NULL, entry->body, entry->body_bytes, GZIP_LEVEL, &bytes)
                          : NULL;
    if (!packed)
        return;
    struct http_field fields[COMMON_FIELDS + 1];
    size_t n = common_fields(fields, entry->etag, false); /* what is restricted is not kept, so never packed */
    fields[n++] = (struct http_field){"Content-Encoding", "gzip"};
    entry->gzip = http_shared_new(200, fields, n, packed, bytes);
    mem_free(packed);
}

void cache_entry_free_body(struct cache_entry *entry)
{
    mem_free(entry->body);
    entry->body = NULL;
}

/* --- in Redis --- */

static uint8_t *put_short(uint8_t *at, const void *bytes, size_t n)
{
    *at++ = (uint8_t)n;
    memcpy(at, bytes, n);
    return at + n;
}

uint8_t *cache_entry_pack(TALLOC_CTX *ctx, const struct cache_entry *entry, const struct cache_versions *versions,
                          size_t *ret_bytes)
{
    struct stored_head head = {.n_versions = (uint32_t)versions->n, .stored_at_us = entry->stored_at_us};
    memcpy(head.magic, MAGIC, sizeof MAGIC);
    uint8_t *start = mem_array(ctx, uint8_t,
                               sizeof head + (versions->n + 1) * (CACHE_VERSION_BYTES + 1) + entry->body_bytes);
    memcpy(start, &head, sizeof head);
    uint8_t *at = start + sizeof head;
    for (size_t i = 0; i < versions->n; i++)
        at = put_short(at, versions->items[i].bytes, versions->items[i].n);
    at = put_short(at, entry->etag, strlen(entry->etag));
    memcpy(at, entry->body, entry->body_bytes);
    *ret_bytes = (size_t)(at - start) + entry->body_bytes;
    return start;
}

struct reader {
    const uint8_t *at, *end;
};

static const uint8_t *take_short(struct reader *reader, size_t *ret_n)
{
    if (reader->at >= reader->end)
        return NULL;
    *ret_n = *reader->at++;
    if ((size_t)(reader->end - reader->at) < *ret_n)
        return NULL;
    const uint8_t *bytes = reader->at;
    reader->at += *ret_n;
    return bytes;
}

static bool read_versions(struct reader *reader, uint32_t n_stored, const struct cache_versions *versions,
                          bool *ret_current)
{
    *ret_current = n_stored == versions->n;
    for (uint32_t i = 0; i < n_stored; i++) {
        size_t n;
        const uint8_t *bytes = take_short(reader, &n);
        if (!bytes)
            return false;
        if (i >= versions->n || n == 0 || n != versions->items[i].n || memcmp(bytes, versions->items[i].bytes, n) != 0)
            *ret_current = false;
    }
    return true;
}

struct cache_entry *cache_entry_unpack(const void *bytes, size_t n, const struct cache_versions *versions,
                                       bool *ret_current)
{
    struct stored_head head;
    if (n < sizeof head)
        return NULL;
    memcpy(&head, bytes, sizeof head);
    struct reader reader = {(const uint8_t *)bytes + sizeof head, (const uint8_t *)bytes + n};
    if (memcmp(head.magic, MAGIC, sizeof MAGIC) != 0 || !read_versions(&reader, head.n_versions, versions, ret_current))
        return NULL;
    char etag[64] = "";
    size_t etag_bytes;
    const uint8_t *stored_etag = take_short(&reader, &etag_bytes);
    if (!stored_etag || etag_bytes >= sizeof etag)
        return NULL;
    memcpy(etag, stored_etag, etag_bytes);
    return cache_entry_new(etag, (const char *)reader.at, (size_t)(reader.end - reader.at), head.stored_at_us, false);
}
