#include "services/gateway/read/cache.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "common/redis/redis.h"
#include "services/gateway/link/channel.h"
#include "services/gateway/read/cache_redis.h"
#include <pthread.h>
#include <string.h>
#include <uthash.h>
#include <utlist.h>

/* A slot is a key whose answer is here (entry) or is being asked for (waiters). Its links hang it on its tags. A tag
 * that became stale takes it out of the index at once: who asks later begins anew, and those who wait get the answer to
 * what they asked.
 *
 *     index: key ─▶ slot ◀─ link ─▶ tag :index
 */
#define ENTRY_OVERHEAD_BYTES 2048
#define STALE_US (10 * CLOCK_MINUTE_US)
#define RECENT_US CLOCK_SECOND_US /* so old an answer may be, whatever happens */

struct tag;
struct link {
    struct cache_question *slot;
    struct tag *tag;
    struct link *prev, *next; /* of the tag */
};

struct tag {
    char *name;
    struct link *links;
    UT_hash_handle hh;
};

struct waiter {
    void (*done)(void *arg, const struct cache_answer *answer);
    void *arg;
    struct waiter *next;
};

struct cache_question {
    struct cache *cache;
    uint8_t *key;
    size_t key_bytes;
    struct cache_entry *entry; /* NULL: being asked for */
    int64_t fresh_until_us;    /* wall clock */
    _Atomic int64_t asked_us;  /* when we asked the service, monotonic; 0: it comes from Redis */
    unsigned services;
    bool indexed, used, alone, redis_read;
    enum err refusal; /* what the service said, while Redis is asked for an older answer */
    struct waiter *waiters;
    void (*ask)(void *arg, struct cache_question *question);
    void *ask_arg;
    int lifetime_ms;
    const char **tags;
    size_t n_tags;
    struct link links[CACHE_TAGS_MAX];
    struct cache_versions versions; /* read before asking */
    bool versions_known;
    struct cache_entry *stale; /* of Redis, too old or of other versions */
    UT_hash_handle hh;
};

struct cache {
    pthread_mutex_t lock;
    struct cache_question *index; /* from the one that waited longest for eviction */
    struct tag *tags;
    size_t bytes, limit_bytes;
    struct workers *workers;
    const struct channel *channel;
};

static struct metric HITS = {
    .name = "sotay_cache_reads_total", .labels = "from=\"memory\"", .help = "Reads by where the answer came from"};
static struct metric REDIS_HITS = {
    .name = "sotay_cache_reads_total", .labels = "from=\"redis\"", .help = "Reads by where the answer came from"};
static struct metric MISSES = {
    .name = "sotay_cache_reads_total", .labels = "from=\"service\"", .help = "Reads by where the answer came from"};
static struct metric STALE = {
    .name = "sotay_cache_reads_total", .labels = "from=\"stale\"", .help = "Reads by where the answer came from"};

struct cache *cache_new(TALLOC_CTX *ctx, struct workers *redis_workers, const struct channel *channel,
                        int64_t limit_bytes)
{
    struct cache *cache = mem_new(ctx, struct cache);
    pthread_mutex_init(&cache->lock, NULL);
    cache->workers = redis_workers;
    cache->channel = channel;
    cache->limit_bytes = (size_t)limit_bytes;
    struct metric *const metrics[] = {&HITS, &REDIS_HITS, &MISSES, &STALE};
    for (size_t i = 0; i < ARRAY_LENGTH(metrics); i++)
        metrics_register(metrics[i]);
    return cache;
}

/* --- index and tags, under the lock --- */

static size_t slot_bytes(const struct cache_question *slot)
{
    return slot->entry->body_bytes * 2 + ENTRY_OVERHEAD_BYTES;
}

static void link_tag(struct cache *cache, struct cache_question *slot, size_t index)
{
    struct tag *tag;
    const char *name = slot->tags[index];
    HASH_FIND_STR(cache->tags, name, tag);
    if (!tag) {
        tag = mem_new(NULL, struct tag);
        tag->name = mem_text(tag, name);
        HASH_ADD_KEYPTR(hh, cache->tags, tag->name, strlen(tag->name), tag);
    }
    slot->links[index] = (struct link){.slot = slot, .tag = tag};
    DL_APPEND(tag->links, &slot->links[index]);
}

static void unlink_tag(struct cache *cache, struct link *link)
{
    struct tag *tag = link->tag;
    DL_DELETE(tag->links, link);
    if (tag->links)
        return;
    HASH_DEL(cache->tags, tag);
    mem_free(tag);
}

static void slot_free(struct cache_question *slot)
{
    cache_entry_unref(slot->entry);
    cache_entry_unref(slot->stale);
    mem_free(slot);
}

/* Out of the index; freed unless its question is still under way. */
static void drop(struct cache *cache, struct cache_question *slot)
{
    HASH_DEL(cache->index, slot);
    slot->indexed = false;
    for (size_t i = 0; i < slot->n_tags; i++)
        unlink_tag(cache, &slot->links[i]);
    if (!slot->entry)
        return;
    cache->bytes -= slot_bytes(slot);
    slot_free(slot);
}

static void insert(struct cache *cache, struct cache_question *slot)
{
    HASH_ADD_KEYPTR(hh, cache->index, slot->key, slot->key_bytes, slot);
    slot->indexed = true;
    for (size_t i = 0; i < slot->n_tags; i++)
        link_tag(cache, slot, i);
}

/* Second chance: what was used since the hand last passed goes to the end of the row. */
static void make_room(struct cache *cache)
{
    struct cache_question *slot, *next;
    for (slot = cache->index; slot && cache->bytes > cache->limit_bytes; slot = next) {
        next = slot->hh.next;
        if (!slot->entry)
            continue;
        if (slot->used) {
            slot->used = false;
            HASH_DEL(cache->index, slot);
            HASH_ADD_KEYPTR(hh, cache->index, slot->key, slot->key_bytes, slot);
        } else {
            drop(cache, slot);
        }
    }
}

/* An answer serves, and a question may be joined, while we would hear that it is old, or it cannot be too old. */
static bool is_usable(const struct cache *cache, const struct cache_question *slot)
{
    if (slot->entry && slot->fresh_until_us <= clock_now_us())
        return false;
    return channel_is_current(cache->channel, slot->services) || slot->asked_us > clock_monotonic_us() - RECENT_US;
}

static struct cache_question *find(struct cache *cache, const void *key, size_t key_bytes)
{
    struct cache_question *slot;
    HASH_FIND(hh, cache->index, key, key_bytes, slot);
    if (slot && !is_usable(cache, slot)) {
        drop(cache, slot);
        return NULL;
    }
    return slot;
}

/* --- answering --- */

static void tell(struct waiter *waiters, const struct cache_answer *answer)
{
    while (waiters) { /* `done` may free what the waiter belongs to: the next one is read before */
        struct waiter *next = waiters->next;
        waiters->done(waiters->arg, answer);
        mem_free(waiters);
        waiters = next;
    }
}

/* Takes the slot out of the index unless its entry stays there. Returns those who wait. */
static struct waiter *close_question(struct cache_question *slot, struct cache_entry *entry_to_keep)
{
    struct cache *cache = slot->cache;
    pthread_mutex_lock(&cache->lock);
    struct waiter *waiters = slot->waiters;
    slot->waiters = NULL;
    if (slot->indexed && entry_to_keep) {
        cache_entry_ref(entry_to_keep);
        slot->entry = entry_to_keep;
        slot->fresh_until_us = entry_to_keep->stored_at_us + slot->lifetime_ms * INT64_C(1000);
        cache->bytes += slot_bytes(slot);
        make_room(cache);
        slot = NULL;
    } else if (slot->indexed) {
        drop(cache, slot);
    }
    pthread_mutex_unlock(&cache->lock);
    if (slot)
        slot_free(slot);
    return waiters;
}

static void finish(struct cache_question *slot, struct cache_entry *entry, bool keep)
{
    struct waiter *waiters = close_question(slot, keep ? entry : NULL);
    tell(waiters, &(struct cache_answer){.err = ERR_OK, .entry = entry});
}

struct store {
    struct cache_entry *entry;
    struct cache_versions versions;
    char redis_key[CACHE_REDIS_KEY_BYTES];
};

static void store_job(void *redis, void *arg)
{
    struct store *store = arg;
    cache_redis_store(redis, store->redis_key, store->entry, &store->versions);
    cache_entry_free_body(store->entry);
    cache_entry_unref(store->entry);
    mem_free(store);
}

void cache_answered(struct cache_question *slot, uint64_t version, const char *body, size_t bytes, bool keep)
{
    struct cache *cache = slot->cache;
    char etag[64];
    cache_entry_etag(version, body, bytes, etag);
    struct cache_entry *entry = cache_entry_new(etag, body, bytes, clock_now_us(), !keep);
    struct store *store = NULL;
    keep = keep && slot->lifetime_ms > 0 && !slot->alone;
    if (keep)
        cache_entry_compress(entry); /* once for many; what one asked for alone is sent as it is */
    if (keep && slot->versions_known) {
        store = mem_new(NULL, struct store);
        cache_entry_ref(entry);
        *store = (struct store){.entry = entry, .versions = slot->versions};
        cache_redis_key(slot->key, slot->key_bytes, store->redis_key);
    }
    if (!store)
        cache_entry_free_body(entry);
    metric_add(&MISSES, 1);
    finish(slot, entry, keep);
    cache_entry_unref(entry);
    if (store && workers_run(cache->workers, store_job, store)) { /* too busy to store: the next one will ask again */
        cache_entry_unref(store->entry);
        mem_free(store);
    }
}

static bool is_away(enum err err)
{
    return err_info(err)->http_status >= 500;
}

static void refuse(struct cache_question *slot, enum err err, const Pb__QueryReply *reply)
{
    struct cache_entry *stale = slot->stale;
    slot->stale = NULL;
    bool use_stale = stale && is_away(err) && stale->stored_at_us > clock_now_us() - STALE_US;
    struct cache_answer answer = {.err = err, .reply = reply};
    if (use_stale)
        answer = (struct cache_answer){.err = ERR_OK, .entry = stale, .stale = true};
    metric_add(use_stale ? &STALE : &MISSES, 1);
    tell(close_question(slot, NULL), &answer);
    cache_entry_unref(stale);
}

/* Whether the entry is the answer that is asked for; else it is kept for the case that the service is away. */
static bool read_redis(struct redis *redis, struct cache_question *slot)
{
    char redis_key[CACHE_REDIS_KEY_BYTES];
    bool current = false;
    cache_redis_key(slot->key, slot->key_bytes, redis_key);
    slot->redis_read = true;
    slot->versions_known = cache_redis_read(redis, redis_key, slot->tags, slot->n_tags, &slot->versions, &slot->stale,
                                            &current) == ERR_OK;
    return slot->stale && current && slot->stale->stored_at_us + slot->lifetime_ms * INT64_C(1000) > clock_now_us();
}

/* On a Redis worker: the last answer of a service that is away. */
static void read_stale_job(void *redis, void *arg)
{
    struct cache_question *slot = arg;
    (void)read_redis(redis, slot); /* whether it is current is not known: the service is away */
    refuse(slot, slot->refusal, NULL);
}

void cache_refused(struct cache_question *slot, enum err err, const Pb__QueryReply *reply)
{
    slot->refusal = err;
    if (slot->lifetime_ms > 0 && is_away(err) && !slot->redis_read &&
        workers_run(slot->cache->workers, read_stale_job, slot) == ERR_OK)
        return;
    refuse(slot, err, reply);
}

/* --- asking --- */

static void ask(struct cache_question *slot)
{
    slot->asked_us = clock_monotonic_us();
    slot->ask(slot->ask_arg, slot);
}

/* On a Redis worker. The channel is looked at again after Redis was read: this gateway may have stood still meanwhile,
 * and what it read may be as old as that. */
static void read_job(void *redis, void *arg)
{
    struct cache_question *slot = arg;
    if (read_redis(redis, slot) && channel_is_current(slot->cache->channel, slot->services)) {
        struct cache_entry *entry = slot->stale;
        slot->stale = NULL;
        metric_add(&REDIS_HITS, 1);
        cache_entry_compress(entry);
        finish(slot, entry, true);
        cache_entry_free_body(entry);
        cache_entry_unref(entry);
        return;
    }
    ask(slot);
}

/* Each once: a slot hangs on a tag by one link. */
static void add_tag(struct cache_question *slot, const char *tag)
{
    for (size_t i = 0; i < slot->n_tags; i++)
        if (strcmp(slot->tags[i], tag) == 0)
            return;
    slot->tags[slot->n_tags++] = mem_text(slot, tag);
}

static struct cache_question *slot_new(struct cache *cache, const struct cache_wanted *wanted)
{
    struct cache_question *slot = mem_new(NULL, struct cache_question);
    slot->cache = cache;
    slot->key = mem_copy(slot, wanted->key, wanted->key_bytes);
    slot->key_bytes = wanted->key_bytes;
    slot->lifetime_ms = wanted->lifetime_ms;
    slot->services = wanted->services;
    slot->alone = wanted->alone;
    slot->ask = wanted->ask;
    slot->ask_arg = wanted->arg;
    slot->tags = mem_array(slot, const char *, CACHE_TAGS_MAX);
    for (size_t i = 0; i < wanted->n_tags && i < CACHE_TAGS_MAX; i++)
        add_tag(slot, wanted->tags[i]);
    if (wanted->n_tags > CACHE_TAGS_MAX)
        slot->lifetime_ms = 0; /* whoever depends on more than that is rare: never kept */
    return slot;
}

static void wait_for(struct cache_question *slot, const struct cache_wanted *wanted)
{
    struct waiter *waiter = mem_new(NULL, struct waiter);
    *waiter = (struct waiter){.done = wanted->done, .arg = wanted->arg};
    LL_APPEND(slot->waiters, waiter);
}

static void begin(struct cache *cache, struct cache_question *slot)
{
    bool may_read = slot->lifetime_ms > 0 && !slot->alone && channel_is_current(cache->channel, slot->services);
    if (may_read && workers_run(cache->workers, read_job, slot) == ERR_OK)
        return;
    ask(slot); /* never kept, or Redis's workers are too busy: without it, slower, never wrong */
}

static bool is_shared(const struct cache_wanted *wanted)
{
    return wanted->lifetime_ms > 0 && !wanted->alone;
}

void cache_get(struct cache *cache, const struct cache_wanted *wanted)
{
    struct cache_entry *entry = NULL;
    struct cache_question *mine = NULL;
    pthread_mutex_lock(&cache->lock);
    struct cache_question *slot = is_shared(wanted) ? find(cache, wanted->key, wanted->key_bytes) : NULL;
    if (slot && slot->entry) {
        entry = slot->entry;
        cache_entry_ref(entry);
        slot->used = true;
    } else if (slot) {
        wait_for(slot, wanted);
    } else {
        mine = slot_new(cache, wanted);
        wait_for(mine, wanted);
        if (is_shared(wanted) && mine->lifetime_ms > 0)
            insert(cache, mine); /* else everyone asks for himself: nothing would say that it is old */
    }
    pthread_mutex_unlock(&cache->lock);
    if (mine)
        begin(cache, mine);
    if (!entry)
        return;
    metric_add(&HITS, 1);
    wanted->done(wanted->arg, &(struct cache_answer){.err = ERR_OK, .entry = entry});
    cache_entry_unref(entry);
}

struct cache_entry *cache_peek(struct cache *cache, const void *key, size_t key_bytes)
{
    struct cache_entry *entry = NULL;
    pthread_mutex_lock(&cache->lock);
    struct cache_question *slot = find(cache, key, key_bytes);
    if (slot && slot->entry) {
        entry = slot->entry;
        cache_entry_ref(entry);
        slot->used = true;
    }
    pthread_mutex_unlock(&cache->lock);
    if (entry)
        metric_add(&HITS, 1);
    return entry;
}

/* --- invalidation --- */

static void drop_tagged(struct cache *cache, const char *name)
{
    struct tag *tag;
    HASH_FIND_STR(cache->tags, name, tag);
    while (tag) { /* the tag itself is freed with its last link */
        bool last = tag->links->next == NULL;
        drop(cache, tag->links->slot);
        if (last)
            break;
    }
}

void cache_invalidate(struct cache *cache, char *const tags[], size_t n)
{
    pthread_mutex_lock(&cache->lock);
    for (size_t i = 0; i < n; i++)
        drop_tagged(cache, tags[i]);
    pthread_mutex_unlock(&cache->lock);
}

void cache_clear(struct cache *cache)
{
    struct cache_question *slot, *next;
    pthread_mutex_lock(&cache->lock);
    HASH_ITER (hh, cache->index, slot, next)
        drop(cache, slot);
    pthread_mutex_unlock(&cache->lock);
}
