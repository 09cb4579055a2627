/* Answers that are ready to send, and their form in Redis. An entry is shared: whoever holds a reference may read it,
 * on any thread.
 *
 * Value of `c:<SHA-256 of the key, hex>`: struct stored_head, the tags' versions (each a length byte and that many
 * bytes, in the order of the route's tags), the etag (likewise), the body. */
#ifndef SOTAY_GATEWAY_CACHE_ENTRY_H
#define SOTAY_GATEWAY_CACHE_ENTRY_H

#include "common/http/http_server.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#define CACHE_TAGS_MAX 24
#define CACHE_VERSION_BYTES 64

struct cache_version {
    uint8_t bytes[CACHE_VERSION_BYTES];
    size_t n; /* 0: none, i.e. a miss */
};

struct cache_versions {
    size_t n;
    struct cache_version items[CACHE_TAGS_MAX];
};

/* One answer, ready to send: reference counted, immutable but for `gzip`, which appears once it is made. */
struct cache_entry {
    _Atomic int references;
    char etag[64];                         /* with its quotes */
    struct http_shared *plain, *unchanged; /* 200 and 304 */
    struct http_shared *_Atomic gzip;      /* NULL: none (yet) */
    char *body;                            /* kept until it is stored and compressed, for stale answers, else NULL */
    size_t body_bytes;
    int64_t stored_at_us; /* wall clock */
};

/* One reference, the caller's. `restricted`: nobody keeps a copy, the client's own device neither (no-store). */
struct cache_entry *cache_entry_new(const char *etag, const char *body, size_t bytes, int64_t stored_at_us,
                                    bool restricted);
void cache_entry_ref(struct cache_entry *entry);
void cache_entry_unref(struct cache_entry *entry); /* NULL: nothing */
/* "<version>-<hash>" in quotes. */
void cache_entry_etag(uint64_t version, const void *body, size_t bytes, char etag[64]);
/* Adds the gzip variant where that is worth it. Before the entry is anybody else's. */
void cache_entry_compress(struct cache_entry *entry);
/* Once it has been stored in Redis, or will not be: its responses have copies of their own. */
void cache_entry_free_body(struct cache_entry *entry);

/* Packed for Redis; owned by ctx. */
uint8_t *cache_entry_pack(TALLOC_CTX *ctx, const struct cache_entry *entry, const struct cache_versions *versions,
                          size_t *ret_bytes);
/* NULL: not an entry. `*ret_current`: the versions it carries are the ones given. */
struct cache_entry *cache_entry_unpack(const void *bytes, size_t n, const struct cache_versions *versions,
                                       bool *ret_current);

#endif
