/* The loop's thread: poll, run, back off, tick. loop_internal.h lists the files around it. */
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/loop/loop_internal.h"
#include "common/service/service.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    IDLE_WAIT_MS = 100,
    BUSY_WAIT_MS = 5,
    BACKOFF_FIRST_MS = 50,
    BACKOFF_MOST_MS = 5000,
    STOP_WITHIN_MS = 5000,
    LOSSES_MOST = 20
};
#define TICK_EVERY_US (CLOCK_SECOND_US / 2)
#define CHECK_EVERY_US (2 * CLOCK_SECOND_US)
#define STUCK_RETRY_US (30 * CLOCK_SECOND_US)

struct metric loop_metric_applied = {.name = "sotay_commands_total",
                                     .labels = "outcome=\"succeeded\"",
                                     .help = "Commands by outcome",
                                     .type = METRIC_COUNTER};
struct metric loop_metric_rejected = {.name = "sotay_commands_total",
                                      .labels = "outcome=\"rejected\"",
                                      .help = "Commands by outcome",
                                      .type = METRIC_COUNTER};
struct metric loop_metric_retried = {
    .name = "sotay_batches_retried_total", .help = "Batches given back to the queue", .type = METRIC_COUNTER};
struct metric loop_metric_dead = {
    .name = "sotay_dead_letters_total", .help = "Messages that became dead letters", .type = METRIC_COUNTER};
struct metric loop_metric_batch = {
    .name = "sotay_batch_seconds", .help = "From poll to announcement", .type = METRIC_HISTOGRAM};

struct loop_partition *loop_find_partition(struct loop *loop, enum topic topic, int32_t partition)
{
    for (size_t i = 0; i < loop->n_partitions; i++) {
        const struct loop_position *p = &loop->partitions[i].position;
        if (p->topic == (int32_t)topic && p->partition == partition)
            return &loop->partitions[i];
    }
    return NULL;
}

/* --- assignment: positions come from PostgreSQL ------------------------------------------------------------------- */

static enum err take_partition(struct loop *loop, struct kafka_assignment *assignment)
{
    struct loop_partition *p = &loop->partitions[loop->n_partitions];
    *p = (struct loop_partition){.position = {.topic = (int32_t)assignment->topic, .partition = assignment->partition}};
    enum err err = loop_store_position(loop->pg, loop->cluster, &p->position);
    if (err)
        return err;
    loop->n_partitions++;
    assignment->next = p->position.next;
    return ERR_OK;
}

static enum err take_partitions(struct loop *loop, struct kafka_assignment *assignments, size_t n)
{
    loop->n_partitions = 0;
    if (n > LOOP_PARTITIONS_LIMIT)
        return ERR_INTERNAL;
    enum err err = FAILPOINT_FAILS("loop.positions.fails") ? ERR_RETRY : loop_announce_settle(loop);
    for (size_t i = 0; i < n && !err; i++)
        err = take_partition(loop, &assignments[i]);
    if (!err)
        err = loop_suspects_read(loop); /* another owner may have added some, or gone past them */
    return err ? err : loop_announce_again(loop);
}

static enum err on_assigned(void *arg, struct kafka_assignment *assignments, size_t n)
{
    struct loop *loop = arg;
    enum err err = take_partitions(loop, assignments, n);
    if (err) {
        log_warn("positions_unknown", "loop=%s err=%s detail=\"%s\"", loop->options->name, err_word(err),
                 pg_message(loop->pg));
        loop->n_partitions = 0;
        return err;
    }
    log_info("assigned", "loop=%s partitions=%zu", loop->options->name, n);
    return ERR_OK;
}

/* The next owner tells what he finds untold: what flies lands first, bounded, so that in good health he finds
 * little. */
static void on_revoked(void *arg)
{
    struct loop *loop = arg;
    loop->n_partitions = 0;
    if (!atomic_load(&loop->stopping) && !loop_announce_drain(loop, STOP_WITHIN_MS)) {
        log_warn("revoked_unannounced", "loop=%s flights=%zu", loop->options->name, loop->n_flights);
        loop_announce_abandon(loop);
    }
    if (loop_announce_settle(loop) != ERR_OK)
        log_warn("revoked_unsettled", "loop=%s detail=\"%s\"", loop->options->name, pg_message(loop->pg));
    log_info("revoked", "loop=%s", loop->options->name);
}

/* --- the place in the group --------------------------------------------------------------------------------------- */

static void give_up(struct loop *loop)
{
    service_fail(loop->service);
    atomic_store(&loop->stopping, true);
}

static bool join_group(struct loop *loop)
{
    const struct kafka_consumer_options options = {
        .brokers = service_brokers(loop->service),
        .group = loop->group,
        .instance = service_instance(loop->service),
        .topics = loop->topics,
        .n_topics = loop->options->n_inputs,
        .gather_ms = loop->options->gather_ms,
        .assigned = on_assigned,
        .revoked = on_revoked,
        .arg = loop,
    };
    enum err err = kafka_consumer_start(loop, &options, &loop->consumer);
    if (err)
        log_error("consumer_failed", "loop=%s err=%s", loop->options->name, err_word(err));
    return !err;
}

/* Two processes with one instance id would take it from each other for ever. */
static bool is_fought_over(struct loop *loop)
{
    int64_t now_us = clock_monotonic_us();
    if (now_us - loop->lost_at_us > CLOCK_MINUTE_US)
        loop->n_losses = 0;
    loop->lost_at_us = now_us;
    if (++loop->n_losses <= LOSSES_MOST)
        return false;
    log_error("place_fought_over", "loop=%s: another process has our instance id", loop->options->name);
    return true;
}

/* Another has them already, perhaps we ourselves by a later join: what flies is told from the rows, once more at
 * worst. */
static void lose_partitions(struct loop *loop)
{
    loop->n_partitions = 0;
    loop_announce_abandon(loop);
    if (loop_announce_settle(loop) != ERR_OK)
        log_warn("lost_unsettled", "loop=%s detail=\"%s\"", loop->options->name, pg_message(loop->pg));
}

/* Only the consumer is made anew: queries are answered meanwhile, and other loops go on. One that was fenced no longer
 * calls `revoked`. */
static void join_group_again(struct loop *loop)
{
    struct kafka_consumer *old = loop->consumer;
    if (atomic_load(&loop->stopping))
        return;
    log_warn("place_lost", "loop=%s", loop->options->name);
    lose_partitions(loop);
    if (is_fought_over(loop) || !join_group(loop))
        give_up(loop);
    else
        kafka_consumer_stop(old);
}

/* Where a consumer came to its end (both errors), it was made anew and is not paused, or the loop stops. */
static enum err poll_queue(struct loop *loop, size_t limit, int wait_ms, struct kafka_records **ret_records)
{
    enum err err = kafka_poll(loop->consumer, limit, wait_ms, ret_records);
    if (err == ERR_CONFIG) {
        log_error("consumer_stopped",
                  "loop=%s: if for its position, the queue no longer has what this database expects next: restore or "
                  "re-import",
                  loop->options->name);
        give_up(loop);
    } else if (err == ERR_OWNER_LOST) {
        join_group_again(loop);
    }
    return err;
}

/* --- running what was polled -------------------------------------------------------------------------------------- */

static bool is_retry(enum err err)
{
    return err_info(err)->disposition == DISPOSITION_RETRY;
}

/* One message in its own transaction, until it is done, buried, or must wait. */
static enum err run_alone(struct loop *loop, const struct kafka_record *record)
{
    struct loop_forced forced = {0};
    for (;;) {
        const struct loop_suspect *suspect = loop_suspect_find(loop, record);
        if (suspect && suspect->attempts >= LOOP_ATTEMPTS)
            forced = (struct loop_forced){.err = ERR_DEAD_LETTER, .burial = suspect->reason};
        bool burying = forced.burial != NULL;
        enum err err = loop_batch_run(loop, record, 1, &forced);
        if (!err)
            loop_suspect_forget(loop, record);
        if (!err || is_retry(err))
            return err;
        if (burying || atomic_load(&loop->stopping))
            return ERR_RETRY; /* not even its burial can be written: wait, and try again */
        if (forced.err)
            continue; /* a named constraint refused it: run again as that rejection */
        log_error("handler_failed", "topic=%s partition=%d offset=%lld err=%s detail=\"%s\"", topic_name(record->topic),
                  record->partition, (long long)record->offset, err_word(err), loop->failure);
        err = loop_suspect_count(loop, (int)record->topic, record->partition, record->offset, loop->failure);
        if (err)
            return ERR_RETRY;
    }
}

static enum err run_one_by_one(struct loop *loop, const struct kafka_record records[], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        enum err err = run_alone(loop, &records[i]);
        if (err)
            return err;
    }
    return ERR_OK;
}

static bool has_suspect(struct loop *loop, const struct kafka_records *records)
{
    for (size_t i = 0; loop->suspects && i < records->n; i++)
        if (loop_suspect_find(loop, &records->items[i]))
            return true;
    return false;
}

static enum err run_records(struct loop *loop, const struct kafka_records *records)
{
    struct loop_forced forced = {0};
    bool alone = loop->alone > 0 || has_suspect(loop, records);
    loop->alone -= loop->alone < records->n ? loop->alone : records->n;
    enum err err = alone ? ERR_INTERNAL : loop_batch_run(loop, records->items, records->n, &forced);
    return !err || (!alone && is_retry(err)) ? err : run_one_by_one(loop, records->items, records->n);
}

/* --- waiting it out ----------------------------------------------------------------------------------------------- */

/* Keeps polling, so that the group does not take us for dead. Only while paused: what comes was fetched before, and
 * comes again. */
static void poll_paused(struct loop *loop, int wait_ms)
{
    struct kafka_records *records = NULL;
    enum err err = poll_queue(loop, LOOP_BATCH_LIMIT, wait_ms, &records);
    if (!err)
        kafka_records_free(records);
    else if (err == ERR_OWNER_LOST)
        kafka_pause(loop->consumer);
    loop_announce_reap(loop);
}

/* Goes on from the positions. Where PostgreSQL does not tell them, the next turn's poll asks again, and may bring
 * records at once. */
static void resume(struct loop *loop)
{
    loop->full = false;
    if (atomic_load(&loop->stopping))
        return; /* its consumer may have lost its place */
    if (kafka_resume(loop->consumer) != ERR_OK)
        log_debug("resumes_later", "loop=%s", loop->options->name);
}

/* Order is kept: nothing of what was polled is kept. */
static void back_off(struct loop *loop, enum err why)
{
    metric_add(&loop_metric_retried, 1);
    log_warn("batch_retried", "loop=%s err=%s detail=\"%s\" backoff_ms=%d", loop->options->name, err_word(why),
             loop->failure, loop->backoff_ms);
    kafka_pause(loop->consumer);
    int64_t end_us = clock_monotonic_us() + loop->backoff_ms * INT64_C(1000);
    while (clock_monotonic_us() < end_us && !atomic_load(&loop->stopping))
        poll_paused(loop, 20);
    loop->backoff_ms = loop->backoff_ms * 2 > BACKOFF_MOST_MS ? BACKOFF_MOST_MS : loop->backoff_ms * 2;
    resume(loop);
}

/* Kafka or Redis takes less than we commit: consumption waits until half of the flights have landed. So the outbox is
 * bounded. */
static void balance(struct loop *loop)
{
    if (!loop->full && loop->n_flights >= LOOP_FLIGHTS_LIMIT) {
        log_warn("flights_full", "loop=%s flights=%zu", loop->options->name, loop->n_flights);
        kafka_pause(loop->consumer);
        loop->full = true;
    } else if (loop->full && loop->n_flights <= LOOP_FLIGHTS_LIMIT / 2) {
        resume(loop);
    }
}

static void handle(struct loop *loop, struct kafka_records *records)
{
    FAILPOINT("loop.batch.before");
    enum err err = records->n > 0 ? run_records(loop, records) : ERR_OK;
    FAILPOINT("loop.batch.after");
    kafka_records_free(records);
    if (err)
        back_off(loop, err);
    else
        loop->backoff_ms = BACKOFF_FIRST_MS;
}

/* A database that was restored, or another owner's advance, shows at the next message's commit; on a quiet queue it
 * shows here. */
static bool positions_hold(struct loop *loop)
{
    TALLOC_CTX *ctx = mem_context(NULL, "positions");
    struct pg_result *rows = NULL;
    bool hold = true;
    enum err err = loop_store_positions(loop->pg, ctx, loop->cluster, &rows);
    for (size_t i = 0; !err && i < pg_rows(rows); i++) {
        const struct loop_partition *mine = loop_find_partition(loop, (enum topic)pg_get_int8(rows, i, 0),
                                                                (int32_t)pg_get_int8(rows, i, 1));
        hold = hold && (!mine || mine->position.next == pg_get_int8(rows, i, 2));
    }
    mem_free(ctx);
    return hold;
}

static void check_positions(struct loop *loop)
{
    int64_t now_us = clock_monotonic_us();
    if (now_us < loop->next_check_us)
        return;
    loop->next_check_us = now_us + CHECK_EVERY_US;
    if (!positions_hold(loop))
        back_off(loop, ERR_OWNER_LOST);
}

static void housekeep(struct loop *loop)
{
    loop_redis_revive(loop);
    enum err err = loop_announce_settle(loop);
    if (!err)
        err = loop_later_forget(loop);
    if (err)
        log_warn("tick_failed", "loop=%s err=%s detail=\"%s\"", loop->options->name, err_word(err),
                 pg_message(loop->pg));
}

static void tick(struct loop *loop)
{
    int64_t now_us = clock_monotonic_us();
    loop_later_turn(loop);
    if (now_us >= loop->next_tick_us) {
        loop->next_tick_us = now_us + TICK_EVERY_US;
        housekeep(loop);
        check_positions(loop);
    }
    if (now_us >= loop->next_stuck_us) {
        loop->next_stuck_us = now_us + STUCK_RETRY_US;
        for (size_t i = 0; i < loop->n_partitions; i++)
            if (loop->partitions[i].stuck) {
                back_off(loop, ERR_UNKNOWN_KIND); /* asks for the positions again */
                break;
            }
    }
    if (!atomic_load(&loop->ready) && kafka_caught_up(loop->consumer))
        atomic_store(&loop->ready, true);
}

/* --- the thread --------------------------------------------------------------------------------------------------- */

/* Its crash is counted once, if the message is of this cluster. False: ask again. */
static bool heed(struct loop *loop, const struct loop_marker *marker)
{
    if (strcmp(marker->cluster, loop->cluster) != 0) {
        log_warn("crash_marker_ignored", "loop=%s cluster=%s: it is of another Kafka", loop->options->name,
                 marker->cluster);
        return true;
    }
    if (marker->offset >= 0)
        return loop_suspect_count(loop, marker->topic, marker->partition, marker->offset, "crashed") == ERR_OK;
    loop->alone = LOOP_BATCH_LIMIT;
    return true;
}

/* What the last life left behind. False: ask again. */
static bool recall(struct loop *loop, const struct loop_marker *marker, bool *has_marker)
{
    enum err err = loop_store_check_cluster(loop->pg, loop->cluster);
    if (err == ERR_CONFIG) {
        log_error("wrong_cluster", "loop=%s cluster=%s: this database belongs to another Kafka", loop->options->name,
                  loop->cluster);
        give_up(loop);
    }
    if (err)
        return false;
    if (*has_marker && !heed(loop, marker))
        return false;
    if (*has_marker)
        loop_marker_clear();
    *has_marker = false;
    return true;
}

static bool start_up(struct loop *loop)
{
    struct loop_marker marker = {0};
    bool has_marker = loop_marker_open(loop, &marker);
    const struct timespec pause = {.tv_nsec = 500000000};
    while (!atomic_load(&loop->stopping)) {
        if (!loop->cluster)
            loop->cluster = kafka_cluster_id(loop, service_brokers(loop->service), 2000);
        if (loop->cluster && recall(loop, &marker, &has_marker))
            break;
        nanosleep(&pause, NULL); /* both are waited for: there is nothing else to do without them */
    }
    return !atomic_load(&loop->stopping);
}

static size_t batch_limit(const struct loop *loop)
{
    return loop->options->batch_limit > 0 ? loop->options->batch_limit : LOOP_BATCH_LIMIT;
}

static void take(struct loop *loop)
{
    struct kafka_records *records = NULL;
    if (poll_queue(loop, batch_limit(loop), loop->flights ? BUSY_WAIT_MS : IDLE_WAIT_MS, &records) == ERR_OK)
        handle(loop, records);
    loop_announce_reap(loop);
}

static void turn(struct loop *loop)
{
    if (loop->full)
        poll_paused(loop, BUSY_WAIT_MS);
    else
        take(loop);
    balance(loop);
    tick(loop);
}

static void *run_thread(void *arg)
{
    struct loop *loop = arg;
    if (start_up(loop) && join_group(loop)) {
        while (!atomic_load(&loop->stopping))
            turn(loop);
        if (!loop_announce_drain(loop, STOP_WITHIN_MS))
            log_warn("stopped_unannounced", "loop=%s flights=%zu", loop->options->name, loop->n_flights);
        loop_later_turn(loop); /* what has landed of it */
        housekeep(loop);
        kafka_consumer_stop(loop->consumer);
    }
    return NULL;
}

static void register_metrics(void)
{
    struct metric *all[] = {&loop_metric_applied, &loop_metric_rejected, &loop_metric_retried, &loop_metric_dead,
                            &loop_metric_batch};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        metrics_register(all[i]);
}

enum err loop_start(struct service *service, const struct loop_options *options, struct loop **ret_loop)
{
    struct loop *loop = mem_new(NULL, struct loop);
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, register_metrics); /* cannot fail */
    loop->service = service;
    loop->options = options;
    loop->group = mem_printf(loop, "%s.%s", options->service, options->name);
    loop->pg = service_pg(service, loop);
    pg_runs_batches(loop->pg);
    loop->redis = service_redis(service, loop);
    loop->redis_stale = true; /* what the last life could not tell is not known */
    loop->backoff_ms = BACKOFF_FIRST_MS;
    loop->flights_end = &loop->flights;
    loop->topics = mem_array(loop, enum topic, options->n_inputs);
    for (size_t i = 0; i < options->n_inputs; i++)
        loop->topics[i] = options->inputs[i].topic;
    if (pthread_create(&loop->thread, NULL, run_thread, loop) != 0) {
        mem_free(loop);
        return ERR_INTERNAL;
    }
    *ret_loop = loop;
    return ERR_OK;
}

void loop_stop(struct loop *loop)
{
    atomic_store(&loop->stopping, true);
    (void)pthread_join(loop->thread, NULL); /* ours, joined once */
    if (loop->flights || loop->abandoned)
        return; /* a report may still come for them: the process ends anyway */
    mem_free(loop);
}

bool loop_is_ready(const struct loop *loop)
{
    return atomic_load(&((struct loop *)(uintptr_t)loop)->ready);
}
