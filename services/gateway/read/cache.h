/* Cached answers (DESIGN, rule 8). An answer is found in this process's memory, else in Redis, else its service is
 * asked, once, however many wait for it.
 *
 *     memory ──miss──▶ Redis: entry and tag versions, one round trip ──miss──▶ ask ──▶ memory, Redis
 *
 * Tags are Redis keys `t:<tag>` with random values, which services unlink when what they tag has changed. An entry
 * carries the versions that were read *before* its service was asked, and is worth nothing once one differs or is
 * absent. A changed tag drops copies in memory, and whoever asks later asks anew even while an older question is under
 * way. All this only while the services of the answer are current (link/channel.h): where one is silent, Redis is not
 * read, and what was asked for more than a second ago serves nobody. Silence alone drops only what is asked for: when
 * the service is heard again without a gap, every tag was heard, and the rest serves. Any thread. */
#ifndef SOTAY_GATEWAY_CACHE_H
#define SOTAY_GATEWAY_CACHE_H

#include "common/base/workers.h"
#include "services/gateway/read/cache_entry.h"
#include "sotay/v1/envelope.pb-c.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

struct cache_answer {
    enum err err;                /* ERR_OK: `entry` is there */
    const Pb__QueryReply *reply; /* of a refusal; may be NULL */
    struct cache_entry *entry;   /* borrowed during the call */
    bool stale;                  /* the service is away: the last answer of the same key, with its body */
};

struct cache_question; /* under way; handed to `ask`, given back by cache_answered or cache_refused */

struct cache_wanted {
    const void *key; /* route, path, query and `vis` */
    size_t key_bytes;
    const char *const *tags;
    size_t n_tags;
    unsigned services; /* that have a part in the answer: 1 << SERVICE_… */
    int lifetime_ms;   /* 0: not kept, and nobody else's question is joined */
    bool alone;        /* the service itself is asked, for this caller only: he wrote a moment ago */
    void (*ask)(void *arg, struct cache_question *question); /* if nobody else did: with this caller's arg */
    void (*done)(void *arg, const struct cache_answer *answer);
    void *arg; /* lives until `done` */
};

struct channel;
struct cache *cache_new(TALLOC_CTX *ctx, struct workers *redis_workers, const struct channel *channel,
                        int64_t limit_bytes);
void cache_clear(struct cache *cache); /* forgets all */

/* The fresh entry in memory, referenced; NULL. Takes one lock, nothing else: for the threads of the HTTP server. */
struct cache_entry *cache_peek(struct cache *cache, const void *key, size_t key_bytes);

/* Calls `done` once: perhaps before it returns, perhaps on another thread. */
void cache_get(struct cache *cache, const struct cache_wanted *wanted);

/* The answer to a question: JSON. `keep` false: restricted, for those who wait only. */
void cache_answered(struct cache_question *question, uint64_t version, const char *body, size_t bytes, bool keep);
/* The service refused or is away. */
void cache_refused(struct cache_question *question, enum err err, const Pb__QueryReply *reply);

/* Drops what carries one of the tags ("meeting:<id>"). */
void cache_invalidate(struct cache *cache, char *const tags[], size_t n);

#endif
