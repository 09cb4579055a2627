#include "common/loop/loop_redis.h"

#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "redis_keys.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { OUTCOME_LIFETIME_S = 3600, TAG_LIFETIME_S = 86400, TAG_VALUE_BYTES = 16 };
#define REDIS_RESTS_US CLOCK_SECOND_US

static void queue_tag(struct redis *redis, const char *tag)
{
    char key[sizeof REDIS_KEY_TAG + 128]; /* rows of an older binary may hold longer tags than ours */
    unsigned char value[TAG_VALUE_BYTES];
    randombytes_buf(value, sizeof value);
    (void)snprintf(key, sizeof key, REDIS_KEY_TAG "%s", tag);
    redis_queue_set(redis, key, value, sizeof value, TAG_LIFETIME_S);
}

static void queue_outcome(struct redis *redis, TALLOC_CTX *ctx, const Pb__Outcome *outcome)
{
    if (outcome->has_replayed && outcome->replayed)
        return; /* told to who waits; what is kept is the first one's */
    char key[64] = REDIS_KEY_OUTCOME;
    sodium_bin2hex(key + sizeof REDIS_KEY_OUTCOME - 1, sizeof key - sizeof REDIS_KEY_OUTCOME + 1,
                   outcome->message_id.data, outcome->message_id.len);
    ProtobufCBinaryData packed = mem_pack(ctx, &outcome->base);
    redis_queue_set(redis, key, packed.data, packed.len, OUTCOME_LIFETIME_S);
}

/* One message for each gateway that waits: its outcomes, and the tags that it must forget before it answers. */
static void queue_batch(struct redis *redis, TALLOC_CTX *ctx, const Pb__Announcement *a, const char *reply_to)
{
    Pb__OutcomeBatch batch = PB__OUTCOME_BATCH__INIT;
    char channel[96];
    batch.outcomes = mem_array(ctx, Pb__Outcome *, a->n_outcomes);
    for (size_t i = 0; i < a->n_outcomes; i++)
        if (strcmp(a->reply_to[i], reply_to) == 0)
            batch.outcomes[batch.n_outcomes++] = a->outcomes[i];
    batch.n_tags = a->n_tags;
    batch.tags = a->tags;
    ProtobufCBinaryData packed = mem_pack(ctx, &batch.base);
    if (snprintf(channel, sizeof channel, REDIS_CHANNEL_GATEWAY "%s", reply_to) < (int)sizeof channel)
        redis_queue_publish(redis, channel, packed.data, packed.len);
}

static bool is_first(const Pb__Announcement *a, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(a->reply_to[i], a->reply_to[at]) == 0)
            return false;
    return true;
}

static void queue_replies(struct redis *redis, TALLOC_CTX *ctx, const Pb__Announcement *a)
{
    const char *last = "";
    for (size_t i = 0; i < a->n_reply_to && i < a->n_outcomes; i++) {
        const char *gateway = a->reply_to[i];
        if (*gateway && strcmp(gateway, last) != 0 && is_first(a, i))
            queue_batch(redis, ctx, a, gateway);
        last = gateway;
    }
}

static void queue_flush(struct redis *redis)
{
    redis_queue(redis, 1, (const char *const[]){"FLUSHDB"}, (const size_t[]){7});
}

/* True: not asked for a while, as it did not answer. */
static bool redis_rests(const struct loop_redis *to)
{
    return to->stale && clock_monotonic_us() < to->rests_until_us;
}

static void flush_redis(struct loop_redis *to)
{
    enum err err = redis_flush(to->redis);
    if (err && !to->stale)
        log_warn("redis_away", "err=%s", err_word(err));
    to->stale = err != ERR_OK;
    to->rests_until_us = clock_monotonic_us() + REDIS_RESTS_US;
}

void loop_redis_revive(struct loop_redis *to)
{
    if (!to->stale || redis_rests(to))
        return;
    queue_flush(to->redis);
    flush_redis(to);
}

void loop_redis_tell(struct loop_redis *to, const Pb__Announcement *a)
{
    if (a->n_tags + a->n_outcomes == 0)
        return;
    if (redis_rests(to))
        return; /* it is emptied when it is back */
    TALLOC_CTX *ctx = mem_context(NULL, "tell");
    if (to->stale)
        queue_flush(to->redis);
    for (size_t i = 0; i < a->n_tags; i++)
        queue_tag(to->redis, a->tags[i]);
    for (size_t i = 0; i < a->n_outcomes; i++)
        queue_outcome(to->redis, ctx, a->outcomes[i]);
    queue_replies(to->redis, ctx, a);
    FAILPOINT("loop.redis.before");
    flush_redis(to);
    FAILPOINT("loop.redis.after");
    mem_free(ctx);
}
