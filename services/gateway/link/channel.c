#include "services/gateway/link/channel.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "common/base/tag.h"
#include "common/redis/redis.h"
#include "redis_keys.h"
#include "services/gateway/link/hearing.h"
#include <stdatomic.h>

enum { FIRST_SERVICE = SERVICE_NONE + 1, CHANNELS = SERVICE_COUNT - FIRST_SERVICE };

struct channel {
    struct channel_options options;
    struct redis_subscriber *subscriber;
    struct hearing *hearings[SERVICE_COUNT];         /* the channel's thread */
    _Atomic int64_t current_until_us[SERVICE_COUNT]; /* monotonic */
};

static struct metric SILENT = {.name = "sotay_services_silent",
                               .help = "Services not heard of through Redis: their answers are asked for, not kept",
                               .type = METRIC_GAUGE};

struct channel *channel_new(TALLOC_CTX *ctx)
{
    struct channel *channel = mem_new(ctx, struct channel);
    for (int i = FIRST_SERVICE; i < SERVICE_COUNT; i++)
        channel->hearings[i] = hearing_new(channel);
    metrics_register(&SILENT);
    return channel;
}

/* --- hearing ------------------------------------------------------------------------------------------------------ */

static void void_service(struct channel *channel, enum service service)
{
    char text[TAG_TEXT_BYTES], *tag = text;
    tag_format_service(services_name(service), text);
    channel->options.stale(channel->options.arg, &tag, 1);
}

static void note_current(struct channel *channel, enum service service)
{
    int64_t since_us = hearing_since_us(channel->hearings[service]);
    atomic_store(&channel->current_until_us[service], since_us > 0 ? since_us + CHANNEL_SILENCE_US : 0);
}

static void on_subscribed(void *arg)
{
    struct channel *channel = arg;
    for (int i = FIRST_SERVICE; i < SERVICE_COUNT; i++) {
        hearing_forget(channel->hearings[i]);
        note_current(channel, (enum service)i);
        void_service(channel, (enum service)i);
    }
}

static void take(struct channel *channel, enum service service, const Pb__Told *told, int64_t since_us)
{
    const struct channel_options *options = &channel->options;
    if (!hearing_take(channel->hearings[service], told, since_us))
        void_service(channel, service);
    if (told->n_tags > 0) {
        FAILPOINT("gateway.invalidate.before");
        options->stale(options->arg, told->tags, told->n_tags);
    }
    if (told->n_outcomes > 0)
        FAILPOINT("gateway.answer.before");
    for (size_t i = 0; i < told->n_outcomes; i++)
        options->settled(options->arg, told->outcomes[i]);
    if (told->heartbeat)
        note_current(channel, service);
}

static void on_message(void *arg, size_t index, const void *bytes, size_t n, int64_t since_us)
{
    struct channel *channel = arg;
    enum service service = (enum service)(index + FIRST_SERVICE);
    TALLOC_CTX *ctx = mem_context(NULL, "told");
    const Pb__Told *told = (const Pb__Told *)mem_unpack(ctx, &pb__told__descriptor, bytes, n);
    if (told) {
        take(channel, service, told, since_us);
    } else {
        log_error("told_malformed", "service=%s bytes=%zu", services_name(service), n);
        void_service(channel, service);
    }
    mem_free(ctx);
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

bool channel_is_current(const struct channel *channel, unsigned services)
{
    int64_t now_us = clock_monotonic_us();
    for (unsigned i = FIRST_SERVICE; i < SERVICE_COUNT; i++)
        if ((services >> i & 1) && atomic_load(&channel->current_until_us[i]) <= now_us)
            return false;
    return true;
}

char *channel_silent(TALLOC_CTX *ctx, const struct channel *channel)
{
    char *names = mem_text(ctx, "");
    for (unsigned i = FIRST_SERVICE; i < SERVICE_COUNT; i++)
        if (!channel_is_current(channel, 1U << i))
            names = mem_append(names, "%s%s", *names ? " " : "", services_name((enum service)i));
    return names;
}

void channel_measure(struct channel *channel)
{
    int64_t n = 0;
    for (unsigned i = FIRST_SERVICE; i < SERVICE_COUNT; i++)
        n += !channel_is_current(channel, 1U << i);
    metric_set(&SILENT, n);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

enum err channel_start(struct channel *channel, const struct channel_options *options)
{
    const char *names[CHANNELS];
    for (int i = 0; i < CHANNELS; i++)
        names[i] = mem_printf(channel, REDIS_CHANNEL_TOLD "%s", services_name((enum service)(i + FIRST_SERVICE)));
    const struct redis_subscription subscription = {
        .channels = names, .n_channels = CHANNELS, .subscribed = on_subscribed, .message = on_message, .arg = channel};
    channel->options = *options;
    return redis_subscribe(channel, options->redis, options->redis_password, &subscription, &channel->subscriber);
}

void channel_stop(struct channel *channel)
{
    redis_unsubscribe(channel->subscriber);
}
