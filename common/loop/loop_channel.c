#include "common/loop/loop_channel.h"

#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "redis_keys.h"
#include <sodium.h>

#define REDIS_RESTS_US CLOCK_SECOND_US

struct metric loop_metric_unheard = {.name = "sotay_loops_unheard",
                                     .help = "Loops whose news Redis does not take: gateways keep no answers",
                                     .type = METRIC_GAUGE};

void loop_channel_begin(struct loop_channel *channel)
{
    randombytes_buf(channel->epoch, sizeof channel->epoch);
    channel->number = 0;
}

/* --- sending ------------------------------------------------------------------------------------------------------ */

/* Before the message is published: who hears it reads no entry that carries them. */
static void queue_unlink(struct loop_channel *channel, TALLOC_CTX *ctx, const Pb__Told *told)
{
    const char **keys = mem_array(ctx, const char *, told->n_tags + 1);
    size_t n = 0;
    for (size_t i = 0; i < told->n_tags; i++)
        keys[n++] = mem_printf(ctx, REDIS_KEY_TAG "%s", told->tags[i]);
    if (told->number == 1) {
        char tag[TAG_TEXT_BYTES];
        tag_format_service(channel->options->service, tag);
        keys[n++] = mem_printf(ctx, REDIS_KEY_TAG "%s", tag);
    }
    if (n > 0)
        redis_queue_unlink(channel->redis, keys, n);
}

static void queue_publish(struct loop_channel *channel, TALLOC_CTX *ctx, const Pb__Told *told)
{
    ProtobufCBinaryData packed = mem_pack(ctx, &told->base);
    const char *name = mem_printf(ctx, REDIS_CHANNEL_TOLD "%s", channel->options->service);
    redis_queue_publish(channel->redis, name, packed.data, packed.len);
}

static bool is_away(const struct loop_channel *channel)
{
    return atomic_load(&channel->away);
}

/* Whether Redis took the message is not known: what it was is covered by the next epoch. */
static void lose(struct loop_channel *channel, enum err err)
{
    int64_t now_us = clock_monotonic_us();
    loop_channel_begin(channel);
    channel->rests_until_us = now_us + REDIS_RESTS_US;
    if (is_away(channel))
        return;
    log_warn("redis_away", "loop=%s err=%s", channel->options->name, err_word(err));
    atomic_store(&channel->away, true);
    metric_add(&loop_metric_unheard, 1);
}

static void note_success(struct loop_channel *channel)
{
    if (!is_away(channel))
        return;
    log_info("redis_back", "loop=%s", channel->options->name);
    atomic_store(&channel->away, false);
    metric_add(&loop_metric_unheard, -1);
}

/* What is not sent while Redis rests is covered too: an epoch without messages has begun. */
static bool rests(const struct loop_channel *channel)
{
    return is_away(channel) && clock_monotonic_us() < channel->rests_until_us;
}

static void send(struct loop_channel *channel, TALLOC_CTX *ctx, Pb__Told *told)
{
    told->epoch = (ProtobufCBinaryData){sizeof channel->epoch, channel->epoch};
    told->number = ++channel->number;
    queue_unlink(channel, ctx, told);
    queue_publish(channel, ctx, told);
    enum err err = redis_flush(channel->redis);
    if (err)
        lose(channel, err);
    else
        note_success(channel);
}

/* --- messages ----------------------------------------------------------------------------------------------------- */

void loop_channel_tell(struct loop_channel *channel, const struct loop_told *told)
{
    Pb__Told message = PB__TOLD__INIT;
    if (told->n_tags + told->n_outcomes == 0 || rests(channel))
        return;
    TALLOC_CTX *ctx = mem_context(NULL, "tell");
    message.tags = told->tags;
    message.n_tags = told->n_tags;
    message.outcomes = told->outcomes;
    message.n_outcomes = told->n_outcomes;
    FAILPOINT("loop.redis.before");
    send(channel, ctx, &message);
    FAILPOINT("loop.redis.after");
    if (FAILPOINT_FAILS("loop.redis.fails"))
        lose(channel, ERR_UNAVAILABLE);
    mem_free(ctx);
}

static Pb__OwnedPartitions *owned_of(TALLOC_CTX *ctx, enum topic topic, const struct loop_positions *positions)
{
    Pb__OwnedPartitions *owned = mem_new(ctx, Pb__OwnedPartitions);
    pb__owned_partitions__init(owned);
    owned->topic = (uint32_t)topic;
    owned->of = (uint32_t)topic_partitions_ever(topic);
    owned->partitions = mem_array(ctx, uint32_t, positions->n);
    for (size_t i = 0; i < positions->n; i++)
        if (positions->items[i].position.topic == (int32_t)topic)
            owned->partitions[owned->n_partitions++] = (uint32_t)topic_partitions_before(
                topic, positions->items[i].position.partition);
    return owned;
}

static Pb__Heartbeat *heartbeat_of(TALLOC_CTX *ctx, const struct loop_channel *channel,
                                   const struct loop_positions *positions)
{
    const struct loop_options *options = channel->options;
    Pb__Heartbeat *heartbeat = mem_new(ctx, Pb__Heartbeat);
    pb__heartbeat__init(heartbeat);
    heartbeat->loop = mem_text(ctx, options->name);
    heartbeat->loops = (uint32_t)channel->n_loops;
    heartbeat->topics = mem_array(ctx, Pb__OwnedPartitions *, options->n_inputs);
    for (size_t i = 0; i < options->n_inputs; i++)
        heartbeat->topics[heartbeat->n_topics++] = owned_of(ctx, options->inputs[i].topic, positions);
    return heartbeat;
}

void loop_channel_beat(struct loop_channel *channel, const struct loop_positions *positions)
{
    Pb__Told message = PB__TOLD__INIT;
    if (rests(channel))
        return;
    TALLOC_CTX *ctx = mem_context(NULL, "heartbeat");
    message.heartbeat = heartbeat_of(ctx, channel, positions);
    send(channel, ctx, &message);
    mem_free(ctx);
}
