#include "services/gateway/edge/limits.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/gateway/edge/gateway.h"
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/statvfs.h>
#include <uthash.h>

/* Buckets live in a table of fixed size, four to a row; a new one replaces the one of its row that was idle longest,
 * which would be full again by now anyway. */
#define BUCKET_ROWS 8192
#define BUCKET_WAYS 4
#define APP_TIMES 20 /* as many files as other requests: two hundred phones ask for some thirty each, once */
#define DISK_FREE_BYTES (UINT64_C(2) << 30)
#define DISK_LOOK_US CLOCK_SECOND_US

struct bucket {
    struct uuid key;
    double tokens;
    int64_t at_us;
};

struct rate {
    double per_us, burst;
};

struct unsettled_key {
    struct uuid whose;
    enum service service;
};
_Static_assert(sizeof(struct unsettled_key) == sizeof(struct uuid) + sizeof(enum service), "a key has no gaps");

struct unsettled_count {
    struct unsettled_key key;
    int64_t n;
    UT_hash_handle hh;
};

struct limits {
    struct rate member, address, app;
    int64_t member_unsettled, branch_unsettled;
    const char *disk;
    pthread_mutex_t bucket_lock, unsettled_lock;
    struct bucket buckets[BUCKET_ROWS][BUCKET_WAYS];
    struct unsettled_count *unsettled;
    _Atomic int64_t disk_looked_us;
    _Atomic bool disk_full;
};

static struct rate rate_of(int64_t per_second, int64_t burst)
{
    return (struct rate){(double)per_second / CLOCK_SECOND_US, (double)burst};
}

static int limits_done(struct limits *limits)
{
    struct unsettled_count *count, *next;
    HASH_ITER (hh, limits->unsettled, count, next) {
        HASH_DEL(limits->unsettled, count);
        mem_free(count);
    }
    return 0;
}

struct limits *limits_new(TALLOC_CTX *ctx, const struct gateway_config *config)
{
    struct limits *limits = mem_new(ctx, struct limits);
    limits->member = rate_of(config->member_rate, config->member_burst);
    limits->address = rate_of(config->address_rate, config->address_burst);
    limits->app = rate_of(APP_TIMES * config->address_rate, APP_TIMES * config->address_burst);
    limits->member_unsettled = config->member_unsettled;
    limits->branch_unsettled = config->branch_unsettled;
    limits->disk = config->blob_dir;
    limits->disk_looked_us = INT64_MIN / 2;
    pthread_mutex_init(&limits->bucket_lock, NULL);
    pthread_mutex_init(&limits->unsettled_lock, NULL);
    talloc_set_destructor(limits, limits_done);
    return limits;
}

/* --- buckets --- */

static struct bucket *find_bucket(struct limits *limits, const struct uuid *key, const struct rate *rate,
                                  int64_t now_us)
{
    uint32_t word;
    memcpy(&word, key->bytes + 10, sizeof word);
    struct bucket *row = limits->buckets[word % BUCKET_ROWS], *oldest = row;
    for (size_t i = 0; i < BUCKET_WAYS; i++) {
        if (uuid_equal(&row[i].key, key))
            return &row[i];
        if (row[i].at_us < oldest->at_us)
            oldest = &row[i];
    }
    *oldest = (struct bucket){.key = *key, .tokens = rate->burst, .at_us = now_us};
    return oldest;
}

static enum err take(struct limits *limits, const struct uuid *key, const struct rate *rate)
{
    int64_t now_us = clock_monotonic_us();
    pthread_mutex_lock(&limits->bucket_lock);
    struct bucket *bucket = find_bucket(limits, key, rate, now_us);
    double tokens = bucket->tokens + (double)(now_us - bucket->at_us) * rate->per_us;
    bucket->tokens = tokens < rate->burst ? tokens : rate->burst;
    bucket->at_us = now_us;
    bool allowed = bucket->tokens >= 1;
    if (allowed)
        bucket->tokens -= 1;
    pthread_mutex_unlock(&limits->bucket_lock);
    return allowed ? ERR_OK : ERR_RATE_LIMITED;
}

enum err limits_member(struct limits *limits, const struct uuid *member)
{
    return take(limits, member, &limits->member);
}

enum err limits_address(struct limits *limits, const char *address, enum limits_bucket bucket)
{
    static const char WHAT[] = "address";
    const void *parts[] = {WHAT, &bucket, address};
    const size_t bytes[] = {sizeof WHAT - 1, sizeof bucket, strlen(address)};
    struct uuid key = uuid_hash(ARRAY_LENGTH(parts), parts, bytes);
    return take(limits, &key, bucket == LIMITS_APP ? &limits->app : &limits->address);
}

/* --- unsettled commands --- */

static struct unsettled_count *count_of(struct limits *limits, const struct unsettled_key *key)
{
    struct unsettled_count *count;
    HASH_FIND(hh, limits->unsettled, key, sizeof *key, count);
    if (count)
        return count;
    count = mem_new(NULL, struct unsettled_count);
    count->key = *key;
    HASH_ADD(hh, limits->unsettled, key, sizeof count->key, count);
    return count;
}

static void count_add(struct limits *limits, const struct unsettled_key *key, int64_t n)
{
    if (uuid_is_zero(&key->whose))
        return;
    struct unsettled_count *count = count_of(limits, key);
    count->n += n;
    if (count->n > 0)
        return;
    HASH_DEL(limits->unsettled, count);
    mem_free(count);
}

static bool is_below(struct limits *limits, const struct unsettled_key *key, int64_t most)
{
    struct unsettled_count *count;
    HASH_FIND(hh, limits->unsettled, key, sizeof *key, count);
    return !count || count->n < most;
}

static struct unsettled_key key_of(enum service service, const struct uuid *whose)
{
    return (struct unsettled_key){.whose = *whose, .service = service};
}

enum err limits_unsettled_add(struct limits *limits, enum service service, const struct uuid *member,
                              const struct uuid *branch)
{
    struct unsettled_key of_member = key_of(service, member), of_branch = key_of(service, branch);
    pthread_mutex_lock(&limits->unsettled_lock);
    bool allowed = is_below(limits, &of_member, limits->member_unsettled) &&
                   is_below(limits, &of_branch, limits->branch_unsettled);
    if (allowed) {
        count_add(limits, &of_member, 1);
        count_add(limits, &of_branch, 1);
    }
    pthread_mutex_unlock(&limits->unsettled_lock);
    return allowed ? ERR_OK : ERR_TOO_MANY_PENDING;
}

void limits_unsettled_remove(struct limits *limits, enum service service, const struct uuid *member,
                             const struct uuid *branch)
{
    struct unsettled_key of_member = key_of(service, member), of_branch = key_of(service, branch);
    pthread_mutex_lock(&limits->unsettled_lock);
    count_add(limits, &of_member, -1);
    count_add(limits, &of_branch, -1);
    pthread_mutex_unlock(&limits->unsettled_lock);
}

/* --- disk --- */

static bool disk_is_full(const char *path)
{
    struct statvfs disk;
    if (statvfs(path, &disk) != 0)
        return true; /* no blob store: nothing can be taken either */
    uint64_t free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize,
             total_bytes = (uint64_t)disk.f_blocks * disk.f_frsize;
    return free_bytes < DISK_FREE_BYTES || free_bytes < total_bytes / 20;
}

enum err limits_disk(struct limits *limits)
{
    int64_t now_us = clock_monotonic_us(), looked_us = limits->disk_looked_us;
    if (now_us - looked_us > DISK_LOOK_US &&
        atomic_compare_exchange_strong(&limits->disk_looked_us, &looked_us, now_us))
        limits->disk_full = disk_is_full(limits->disk);
    return limits->disk_full ? ERR_DISK_FULL : ERR_OK;
}
