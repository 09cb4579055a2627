#include "common/loop/loop_consumer.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"

enum { LOSSES_MOST = 20 };

static void name_topics(struct loop_consumer *consumer)
{
    const struct loop_options *options = consumer->options;
    consumer->group = mem_printf(consumer->ctx, "%s.%s", options->service, options->name);
    consumer->topics = mem_array(consumer->ctx, enum topic, options->n_inputs);
    for (size_t i = 0; i < options->n_inputs; i++)
        consumer->topics[i] = options->inputs[i].topic;
}

enum err loop_consumer_join(struct loop_consumer *consumer)
{
    if (!consumer->group)
        name_topics(consumer);
    const struct kafka_consumer_options options = {
        .brokers = consumer->environment->brokers,
        .group = consumer->group,
        .instance = consumer->environment->instance,
        .topics = consumer->topics,
        .n_topics = consumer->options->n_inputs,
        .gather_ms = consumer->options->gather_ms,
        .assigned = consumer->assigned,
        .revoked = consumer->revoked,
        .arg = consumer->arg,
    };
    enum err err = kafka_consumer_start(consumer->ctx, &options, &consumer->kafka);
    if (err)
        log_error("consumer_failed", "loop=%s err=%s", consumer->options->name, err_word(err));
    return err;
}

/* Two processes with one instance id would take it from each other for ever. */
static bool is_fought_over(struct loop_consumer *consumer)
{
    int64_t now_us = clock_monotonic_us();
    if (now_us - consumer->lost_at_us > CLOCK_MINUTE_US)
        consumer->n_losses = 0;
    consumer->lost_at_us = now_us;
    return ++consumer->n_losses > LOSSES_MOST;
}

enum err loop_consumer_join_again(struct loop_consumer *consumer)
{
    struct kafka_consumer *old = consumer->kafka;
    log_warn("place_lost", "loop=%s", consumer->options->name);
    if (is_fought_over(consumer)) {
        log_error("place_fought_over", "loop=%s: another process has our instance id", consumer->options->name);
        return ERR_CONFIG;
    }
    enum err err = loop_consumer_join(consumer);
    if (!err)
        kafka_consumer_stop(old);
    return err;
}
