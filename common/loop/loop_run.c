#include "common/loop/loop_run.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/metrics.h"

struct metric loop_metric_batch = {
    .name = "sotay_batch_seconds", .help = "From poll to announcement", .type = METRIC_HISTOGRAM};

#define RETRIED_TOGETHER_US CLOCK_MINUTE_US
/* Who does not poll for long is taken for dead by the group: other attempts come after the next poll. */
#define POLL_WITHIN_US (10 * CLOCK_SECOND_US)

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
        flight->after_events = unannounced.after_events;
        loop_announce(run->announcer, flight);
    }
    metric_observe_us(&loop_metric_batch, clock_monotonic_us() - started_us);
    return err;
}

static enum err count_attempt(struct loop_run *run, const struct kafka_record *record, enum err err)
{
    const char *failure = run->runner->failure;
    log_error("handler_failed", "topic=%s partition=%d offset=%lld err=%s detail=\"%s\"", topic_name(record->topic),
              record->partition, (long long)record->offset, err_word(err), failure);
    return loop_suspect_count(run->suspects, (int)record->topic, record->partition, record->offset, failure);
}

/* One message in its own transaction, until it is processed, a dead letter, or must wait. */
static enum err run_alone(struct loop_run *run, const struct kafka_record *record)
{
    struct loop_forced forced = {0};
    run->runner->hurries = false;
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
        if (count_attempt(run, record, err) || clock_monotonic_us() - run->started_us > POLL_WITHIN_US)
            return ERR_RETRY;
    }
}

/* --- halving ------------------------------------------------------------------------------------------------------ */

static bool is_waiter(const struct loop_run *run, const struct kafka_record *record)
{
    return run->isolates && run->waiter.topic == (int32_t)record->topic && run->waiter.partition == record->partition &&
           run->waiter.offset == record->offset;
}

static bool is_suspicious(const struct loop_run *run, const struct kafka_record records[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_waiter(run, &records[i]) || (run->suspects->list && loop_suspect_find(run->suspects, &records[i])))
            return true;
    return run->suspects->alone > 0;
}

/* A retry that has been isolated stops its partition and nothing else. */
static enum err run_one(struct loop_run *run, const struct kafka_record *record)
{
    struct loop_partition *partition = loop_positions_find(run->runner->positions, record->topic, record->partition);
    if (run->suspects->alone > 0)
        run->suspects->alone--;
    if (partition && partition->held)
        return ERR_OK; /* it comes again, behind the one that waits */
    enum err err = run_alone(run, record);
    if (!err || !run->isolates || !partition)
        return err;
    partition->held = true;
    run->waits = err;
    run->waiter = (struct loop_offset){
        .topic = (int32_t)record->topic, .partition = record->partition, .offset = record->offset};
    return ERR_OK;
}

/* The depth is the logarithm of a batch's limit. */
static enum err run_pieces(struct loop_run *run, const struct kafka_record records[], size_t n, bool whole)
{
    struct loop_forced forced = {0}; /* of a message alone only */
    if (n == 1)
        return run_one(run, records);
    run->runner->hurries = !whole;
    enum err err = is_suspicious(run, records, n) ? ERR_INTERNAL : run_batch(run, records, n, &forced);
    if (!err || (is_retry(err) && !run->isolates))
        return err;
    if (atomic_load(run->stopping))
        return ERR_RETRY;
    err = run_pieces(run, records, n / 2, false);
    return err ? err : run_pieces(run, records + n / 2, n - n / 2, false);
}

/* True: it has been tried again for long, and not for want of a database. */
static bool waits_alone(const struct loop_run *run)
{
    int64_t now_us = clock_monotonic_us();
    return run->retried_since_us > 0 && now_us - run->retried_since_us > RETRIED_TOGETHER_US &&
           loop_store_probe(run->runner->pg) == ERR_OK;
}

enum err loop_run_records(struct loop_run *run, const struct kafka_records *records)
{
    run->started_us = clock_monotonic_us();
    run->isolates = waits_alone(run);
    run->waits = ERR_OK;
    enum err err = run_pieces(run, records->items, records->n, true);
    err = err ? err : run->waits;
    if (!err)
        run->retried_since_us = 0;
    else if (run->retried_since_us == 0)
        run->retried_since_us = clock_monotonic_us();
    return err;
}
