#include "common/loop/loop_run.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "common/loop/loop_open.h"

struct metric loop_metric_batch = {
    .name = "sotay_batch_seconds", .help = "From poll to announcement", .type = METRIC_HISTOGRAM};

static bool is_retry(enum err err)
{
    return err_info(err)->disposition == DISPOSITION_RETRY;
}

static enum err run_batch(struct loop_run *run, const struct kafka_record records[], size_t n,
                          struct loop_forced *forced)
{
    int64_t started_us = clock_monotonic_us();
    struct loop_unannounced unannounced;
    enum err err = loop_batch_run(run->runner, records, n, forced, &unannounced);
    if (!err && unannounced.ctx) {
        struct loop_flight *flight = loop_flight_new(unannounced.ctx, unannounced.notices, unannounced.n);
        flight->told = unannounced.told;
        flight->after_events = unannounced.after_events;
        loop_announce(run->announcer, flight);
    }
    metric_observe_us(&loop_metric_batch, clock_monotonic_us() - started_us);
    return err;
}

static enum err count_attempt(struct loop_run *run, const struct kafka_record *record, enum err err)
{
    const char *failure = run->runner->failure;
    const struct loop_offset at = loop_offset_of(run->suspects->positions, record);
    log_error("handler_failed", "topic=%s partition=%d offset=%lld.%d err=%s detail=\"%s\"", topic_name(record->topic),
              at.partition, (long long)at.offset, at.place, err_word(err), failure);
    return loop_suspect_count(run->suspects, &at, failure);
}

/* One message in its own transaction, until it is processed, a dead letter, or must wait. */
static enum err run_alone(struct loop_run *run, const struct kafka_record *record)
{
    struct loop_forced forced = {0};
    for (;;) {
        const struct loop_suspect *suspect = loop_suspect_find(run->suspects, record);
        if (suspect && suspect->attempts >= LOOP_ATTEMPTS)
            forced = (struct loop_forced){.err = ERR_DEAD_LETTER, .dead_reason = suspect->reason};
        bool dead_lettering = forced.dead_reason != NULL;
        enum err err = run_batch(run, record, 1, &forced);
        if (!err)
            loop_suspect_forget(run->suspects, record);
        if (!err || is_retry(err))
            return err;
        if (dead_lettering || atomic_load(run->stopping))
            return ERR_RETRY; /* not even the dead letter can be written: wait, and try again */
        if (forced.err)
            continue; /* a named constraint refused it: run again as that rejection */
        if (count_attempt(run, record, err))
            return ERR_RETRY;
    }
}

static enum err run_one_by_one(struct loop_run *run, const struct kafka_record records[], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        enum err err = run_alone(run, &records[i]);
        if (err)
            return err;
    }
    return ERR_OK;
}

static bool has_suspect(const struct loop_run *run, const struct kafka_record records[], size_t n)
{
    for (size_t i = 0; run->suspects->list && i < n; i++)
        if (loop_suspect_find(run->suspects, &records[i]))
            return true;
    return false;
}

/* Messages of whole records: together, or one by one where that is known to fail, or fails. */
static enum err run_messages(struct loop_run *run, const struct kafka_record messages[], size_t n, bool alone)
{
    struct loop_forced forced = {0};
    alone = alone || has_suspect(run, messages, n);
    enum err err = alone ? ERR_INTERNAL : run_batch(run, messages, n, &forced);
    return !err || (!alone && is_retry(err)) ? err : run_one_by_one(run, messages, n);
}

/* One batch: the messages of as many records as make so many; *at moves behind the last. */
static enum err run_next(struct loop_run *run, const struct kafka_records *records, size_t limit, size_t *at)
{
    struct loop_suspects *suspects = run->suspects;
    TALLOC_CTX *ctx = mem_context(NULL, "messages");
    struct loop_records messages = {0};
    size_t n = 0;
    for (; *at < records->n && messages.list.n < limit; (*at)++, n++)
        loop_take_apart(ctx, run->runner->options, &records->items[*at], &messages);
    enum err err = run_messages(run, messages.list.items, messages.list.n, suspects->alone > 0);
    if (!err)
        suspects->alone -= suspects->alone < n ? suspects->alone : n;
    mem_free(ctx);
    return err;
}

enum err loop_run_records(struct loop_run *run, const struct kafka_records *records, size_t limit)
{
    enum err err = ERR_OK;
    for (size_t at = 0; at < records->n && !err;)
        err = run_next(run, records, limit, &at);
    return err;
}
