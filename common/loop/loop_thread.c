/* The loop's thread: poll, run, back off, tick, stop (loop.h lists what stands in files of its own). */
#include "common/loop/loop_state.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "common/loop/loop_beat.h"
#include <string.h>

enum {
    BATCH_LIMIT = 512,
    IDLE_WAIT_MS = 100,
    BUSY_WAIT_MS = 5,
    BACKOFF_FIRST_MS = 50,
    BACKOFF_MOST_MS = 5000,
    STOP_WITHIN_MS = 5000
};
#define TICK_EVERY_US (CLOCK_SECOND_US / 2)
#define RESTED_US (2 * CLOCK_SECOND_US)

static struct metric retried = {
    .name = "sotay_batches_retried_total", .help = "Batches given back to the queue", .type = METRIC_COUNTER};

/* --- assignment: positions come from PostgreSQL ------------------------------------------------------------------- */

static void give_up(struct loop *loop)
{
    loop->environment.fail(loop->environment.arg);
    atomic_store(&loop->stopping, true);
}

/* A Kafka that was made anew behind our back is another cluster: the next start says so, and waits. */
static enum err check_cluster(struct loop *loop)
{
    if (kafka_reads_from(loop->consumer.kafka, loop->positions.cluster))
        return ERR_OK;
    log_error("cluster_changed", "loop=%s cluster=%s: Kafka is another now", loop->options->name,
              loop->positions.cluster);
    give_up(loop);
    return ERR_RETRY;
}

/* What was told until now may be incomplete: the group gave the partitions, or rows moved without us, or the connection
 * is a new one, so that a COMMIT may have gone without an answer or the database may have been restored. After a mere
 * pause nothing is, and gateways keep their answers. */
static void begin_epoch(struct loop *loop, bool given)
{
    unsigned connection = pg_connections(loop->pg);
    if (given || loop->moved || connection != loop->connection)
        loop_channel_begin(&loop->announcer.channel);
    loop->connection = connection;
    loop->moved = false;
}

static enum err take_partitions(struct loop *loop, struct kafka_assignment *assignments, size_t n)
{
    bool given = loop->positions.n == 0; /* by the group: after a pause we have them still */
    if (given)
        loop_news_forget(&loop->news);
    enum err err = FAILPOINT_FAILS("loop.positions.fails") ? ERR_RETRY : check_cluster(loop);
    if (!err)
        err = loop_announce_settle(&loop->announcer);
    if (!err)
        err = loop_positions_take(&loop->positions, loop->pg, assignments, n);
    if (!err)
        err = loop_births_hold_back(&loop->births, assignments);
    if (!err)
        err = loop_obstacles_read(&loop->positions, loop->pg);
    if (!err)
        err = loop_announce_again(&loop->announcer);
    if (!err)
        begin_epoch(loop, given);
    return err;
}

static enum err on_assigned(void *arg, struct kafka_assignment *assignments, size_t n)
{
    struct loop *loop = arg;
    enum err err = n > 0 ? take_partitions(loop, assignments, n) : ERR_OK; /* a standby waits for nothing */
    if (err) {
        log_warn("positions_unknown", "loop=%s err=%s detail=\"%s\"", loop->options->name, err_word(err),
                 pg_message(loop->pg));
        loop_waits_for(&loop->waits, LOOP_WAIT_POSITIONS, "positions: %s: %s", err_word(err), pg_message(loop->pg));
        loop->positions.n = 0;
        return err;
    }
    loop_waits_end(&loop->waits, LOOP_WAIT_QUEUE);
    loop_waits_end(&loop->waits, LOOP_WAIT_POSITIONS);
    (void)loop_look(loop); /* says what stands; whether all is as it was told, the next look finds */
    log_info("assigned", "loop=%s partitions=%zu", loop->options->name, n);
    return ERR_OK;
}

/* What it waited for with partitions is their next owner's; those that stand, stand for all. */
static void has_no_partitions(struct loop *loop)
{
    loop->positions.n = 0;
    for (enum loop_wait why = 0; why < LOOP_WAIT_COUNT; why++)
        if (why != LOOP_WAIT_QUEUE && why != LOOP_WAIT_STOPPED)
            loop_waits_end(&loop->waits, why);
    loop_waits_for(&loop->waits, LOOP_WAIT_QUEUE, "no partitions: Kafka is away, or the group has given none yet");
}

static void settle(struct loop *loop, const char *failure_event)
{
    if (loop_announce_settle(&loop->announcer) != ERR_OK)
        log_warn(failure_event, "loop=%s detail=\"%s\"", loop->options->name, pg_message(loop->pg));
}

/* What is unannounced when partitions go is announced first, for at most STOP_WITHIN_MS; the next owner announces the
 * rest from the outbox. */
static void on_revoked(void *arg)
{
    struct loop *loop = arg;
    has_no_partitions(loop);
    if (!atomic_load(&loop->stopping) && !loop_announce_drain(&loop->announcer, STOP_WITHIN_MS)) {
        log_warn("revoked_unannounced", "loop=%s commits=%zu", loop->options->name, loop->announcer.n_commits);
        loop_announce_abandon(&loop->announcer);
    }
    settle(loop, "revoked_unsettled");
    log_info("revoked", "loop=%s", loop->options->name);
}

/* --- polling ------------------------------------------------------------------------------------------------------ */

/* Another has the partitions already, perhaps we ourselves by a later join: what is under way is told from the rows,
 * once more at worst. A consumer that was fenced no longer calls `revoked`. */
static void lose_place(struct loop *loop)
{
    if (atomic_load(&loop->stopping))
        return;
    has_no_partitions(loop);
    loop_announce_abandon(&loop->announcer);
    settle(loop, "lost_unsettled");
    if (loop_consumer_join_again(&loop->consumer))
        give_up(loop);
}

/* Where a consumer came to its end (both errors), it was made anew and is not paused, or the loop stops. */
static enum err poll_queue(struct loop *loop, size_t limit, int wait_ms, struct kafka_records **ret_records)
{
    enum err err = kafka_poll(loop->consumer.kafka, limit, wait_ms, ret_records);
    if (err == ERR_CONFIG)
        give_up(loop);
    else if (err == ERR_OWNER_LOST)
        lose_place(loop);
    return err;
}

/* Keeps polling, so that the group does not take us for dead. Only while paused: what comes was fetched before, and
 * comes again. */
static void poll_paused(struct loop *loop, int wait_ms)
{
    struct kafka_records *records = NULL;
    enum err err = poll_queue(loop, BATCH_LIMIT, wait_ms, &records);
    if (!err)
        kafka_records_free(records);
    else if (err == ERR_OWNER_LOST)
        kafka_pause(loop->consumer.kafka);
    loop_announce_reap(&loop->announcer);
}

/* Goes on from the positions. Where PostgreSQL does not tell them, the next turn's poll asks again, and may bring
 * records at once. */
static void resume(struct loop *loop)
{
    loop->full = loop->holds = false;
    loop_waits_end(&loop->waits, LOOP_WAIT_ANNOUNCEMENTS);
    if (atomic_load(&loop->stopping))
        return; /* its consumer may have lost its place */
    if (kafka_resume(loop->consumer.kafka) != ERR_OK)
        log_debug("resumes_later", "loop=%s", loop->options->name);
}

/* Everything that was polled is discarded and read again from the positions, so the order holds. */
static void back_off(struct loop *loop, enum err why, const char *detail)
{
    metric_add(&retried, 1);
    log_warn("batch_retried", "loop=%s err=%s detail=\"%s\" backoff_ms=%d", loop->options->name, err_word(why), detail,
             loop->backoff_ms);
    loop->moved = loop->moved || why == ERR_OWNER_LOST;
    kafka_pause(loop->consumer.kafka);
    int64_t end_us = clock_monotonic_us() + loop->backoff_ms * INT64_C(1000);
    while (clock_monotonic_us() < end_us && !atomic_load(&loop->stopping))
        poll_paused(loop, 20);
    loop->backoff_ms = loop->backoff_ms * 2 > BACKOFF_MOST_MS ? BACKOFF_MOST_MS : loop->backoff_ms * 2;
    resume(loop);
}

/* Kafka or Redis takes less than we commit: consumption waits until half of it has been announced. So the outbox is
 * bounded. */
static void balance(struct loop *loop)
{
    size_t n = loop->announcer.n_commits;
    if (!loop->full && n >= LOOP_UNANNOUNCED_LIMIT) {
        log_warn("unannounced_full", "loop=%s commits=%zu", loop->options->name, n);
        loop_waits_for(&loop->waits, LOOP_WAIT_ANNOUNCEMENTS, "Kafka or Redis does not take what %zu commits tell", n);
        kafka_pause(loop->consumer.kafka);
        loop->full = true;
    } else if (loop->full && n <= LOOP_UNANNOUNCED_LIMIT / 2) {
        resume(loop);
    }
}

/* Kafka's own view of where we are: for lag only. */
static void commit_lag(struct loop *loop)
{
    for (size_t i = 0; i < loop->positions.n; i++) {
        struct loop_partition *p = &loop->positions.items[i];
        if (p->lag_next == p->position.next)
            continue;
        p->lag_next = p->position.next;
        kafka_commit_for_lag(loop->consumer.kafka, (enum topic)p->position.topic, p->position.partition, p->lag_next);
    }
}

/* A partition whose next command is of an unknown kind stops there; the others go on. None is known to wait while the
 * records are still on their way. */
static void say_kinds(struct loop *loop)
{
    const struct loop_partition *waiting = loop_obstacles_unknown(&loop->positions);
    if (!waiting && kafka_caught_up(loop->consumer.kafka))
        loop_waits_end(&loop->waits, LOOP_WAIT_KIND);
    if (waiting)
        loop_waits_for(&loop->waits, LOOP_WAIT_KIND,
                       "%s partition %d offset %lld.%d: unknown kind %s, a newer binary's",
                       topic_name((enum topic)waiting->position.topic), waiting->position.partition,
                       (long long)waiting->obstacle.offset, waiting->obstacle.place, waiting->obstacle.reason);
}

static void handle(struct loop *loop, struct kafka_records *records)
{
    size_t n = records->n;
    FAILPOINT("loop.batch.before");
    if (n > 0) {
        loop->worked_us = clock_monotonic_us();
        loop_waits_begin(&loop->waits, LOOP_WAIT_BATCH);
    }
    bool other_log = loop_positions_check(&loop->positions, loop->pg, records) != ERR_OK;
    enum err err = other_log ? ERR_RETRY : n > 0 ? loop_hear_run(loop, records) : ERR_OK;
    FAILPOINT("loop.batch.after");
    kafka_records_free(records);
    commit_lag(loop);
    if (err) {
        const char *failure = other_log ? "a log is not the one that was processed" : loop->runner.failure;
        loop_waits_for(&loop->waits, LOOP_WAIT_BATCH, "batch: %s: %s", err_word(err), failure);
        back_off(loop, err, failure);
        return;
    }
    if (loop->holds)
        resume(loop);
    loop->backoff_ms = BACKOFF_FIRST_MS;
    say_kinds(loop);
    if (n > 0 || kafka_caught_up(loop->consumer.kafka))
        loop_waits_end(&loop->waits, LOOP_WAIT_BATCH);
}

/* --- now and then ------------------------------------------------------------------------------------------------- */

static void beat(struct loop *loop)
{
    if (loop_beat(loop) == ERR_OWNER_LOST)
        back_off(loop, ERR_OWNER_LOST, "a position has moved without us");
}

/* A birth whose older ones have been read whole is read from now on: its partitions are taken once more. */
static void begin_birth(struct loop *loop)
{
    if (loop->full || !loop_births_may_begin(&loop->births))
        return;
    kafka_pause(loop->consumer.kafka);
    resume(loop);
}

/* What a partition waits for may have been made a dead letter by an operator. */
static void give_up_waiting(struct loop *loop)
{
    if (loop_obstacles_given_up(&loop->positions, loop->pg))
        back_off(loop, ERR_UNKNOWN_KIND, "an operator has made a dead letter of what waits");
}

static void fire(struct loop *loop)
{
    enum err err = loop->full || atomic_load(&loop->stopping) ? ERR_OK : loop_later_turn(&loop->schedule);
    if (err)
        back_off(loop, err, pg_message(loop->pg));
}

static void housekeep(struct loop *loop)
{
    enum err err = loop_announce_settle(&loop->announcer);
    if (!err)
        err = loop_later_forget(&loop->schedule);
    if (err)
        log_warn("tick_failed", "loop=%s err=%s detail=\"%s\"", loop->options->name, err_word(err),
                 pg_message(loop->pg));
}

/* Large batches leave much memory behind. */
static void give_back(struct loop *loop, int64_t now_us)
{
    if (loop->worked_us == 0 || now_us - loop->worked_us < RESTED_US)
        return;
    loop->worked_us = 0;
    mem_give_back();
}

/* Somebody waits for rows of the outbox to go: at once, where nothing is under way any more. */
static void settle_hurried(struct loop *loop)
{
    if (!loop->announcer.commits && atomic_exchange(&loop->schedule.hurried, false))
        settle(loop, "hurried_unsettled");
}

static void tick(struct loop *loop)
{
    int64_t now_us = clock_monotonic_us();
    fire(loop);
    settle_hurried(loop);
    if (now_us >= loop->next_tick_us) {
        loop->next_tick_us = now_us + TICK_EVERY_US;
        housekeep(loop);
        give_up_waiting(loop);
        give_back(loop, now_us);
        begin_birth(loop);
    }
    beat(loop);
    if (!atomic_load(&loop->ready) && kafka_caught_up(loop->consumer.kafka))
        atomic_store(&loop->ready, true);
}

/* --- the thread --------------------------------------------------------------------------------------------------- */

static void poll_and_run(struct loop *loop)
{
    struct kafka_records *records = NULL;
    int wait_ms = loop->announcer.commits ? BUSY_WAIT_MS : IDLE_WAIT_MS;
    if (poll_queue(loop, loop->batch_limit, wait_ms, &records) == ERR_OK)
        handle(loop, records);
    loop_announce_reap(&loop->announcer);
}

static void turn_once(struct loop *loop)
{
    if (loop->full)
        poll_paused(loop, BUSY_WAIT_MS);
    else
        poll_and_run(loop);
    balance(loop);
    tick(loop);
}

static void *run_thread(void *arg)
{
    struct loop *loop = arg;
    has_no_partitions(loop);
    if (!loop_startup(loop))
        return NULL;
    if (loop_consumer_join(&loop->consumer)) {
        give_up(loop);
        return NULL;
    }
    while (!atomic_load(&loop->stopping))
        turn_once(loop);
    if (!loop_announce_drain(&loop->announcer, STOP_WITHIN_MS))
        log_warn("stopped_unannounced", "loop=%s commits=%zu", loop->options->name, loop->announcer.n_commits);
    settle(loop, "stopped_unsettled");
    kafka_consumer_stop(loop->consumer.kafka);
    return NULL;
}

static void register_metrics(void)
{
    struct metric *all[] = {&loop_metric_applied, &loop_metric_rejected, &retried,
                            &loop_metric_dead,    &loop_metric_batch,    &loop_metric_unheard};
    for (size_t i = 0; i < ARRAY_LENGTH(all); i++)
        metrics_register(all[i]);
    loop_waits_register_metrics();
}

/* What consumes, announces and schedules, each with what it borrows of the loop. */
static void wire(struct loop *loop)
{
    loop->news = (struct loop_news){.ctx = loop,
                                    .pg = loop->pg,
                                    .producer = loop->environment.producer,
                                    .loop = loop->options->name,
                                    .hears = loop->options->hears,
                                    .positions = &loop->positions};
    loop->births = (struct loop_births){.pg = loop->pg,
                                        .producer = loop->environment.producer,
                                        .loop = loop->options->name,
                                        .positions = &loop->positions,
                                        .waits = &loop->waits};
    loop->runner = (struct loop_runner){
        .pg = loop->pg, .options = loop->options, .positions = &loop->positions, .news = &loop->news};
    loop->keys = (struct loop_keys){.pg = loop->pg, .options = loop->options, .positions = &loop->positions};
    loop->run = (struct loop_run){
        .runner = &loop->runner, .announcer = &loop->announcer, .keys = &loop->keys, .stopping = &loop->stopping};
    loop->batch_limit = loop->options->batch_limit > 0 ? loop->options->batch_limit : BATCH_LIMIT;
    loop->positions.commands = loop_command_topic(loop->options);
    loop->announcer = (struct loop_announcer){.ctx = loop,
                                              .pg = loop->pg,
                                              .producer = loop->environment.producer,
                                              .positions = &loop->positions,
                                              .commits_end = &loop->announcer.commits};
    loop->announcer.channel = (struct loop_channel){.redis = loop->environment.new_redis(loop->environment.arg, loop),
                                                    .options = loop->options,
                                                    .n_loops = loop->environment.n_loops};
    loop->schedule = (struct loop_schedule){.pg = loop->pg,
                                            .options = loop->options,
                                            .environment = &loop->environment,
                                            .positions = &loop->positions,
                                            .announcer = &loop->announcer,
                                            .keys = &loop->keys};
    loop->consumer = (struct loop_consumer){.ctx = loop,
                                            .options = loop->options,
                                            .environment = &loop->environment,
                                            .assigned = on_assigned,
                                            .revoked = on_revoked,
                                            .arg = loop};
}

enum err loop_start(const struct loop_environment *environment, const struct loop_options *options,
                    struct loop **ret_loop)
{
    enum err err = loop_check_parts(options);
    if (err)
        return err;
    struct loop *loop = mem_new(NULL, struct loop);
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, register_metrics); /* cannot fail */
    loop->environment = *environment;
    loop->options = options;
    loop->pg = environment->new_pg(environment->arg, loop);
    pg_runs_batches(loop->pg);
    wire(loop);
    loop_waits_init(&loop->waits);
    loop->backoff_ms = BACKOFF_FIRST_MS;
    if (pthread_create(&loop->thread, NULL, run_thread, loop) != 0) {
        mem_free(loop);
        return ERR_INTERNAL;
    }
    *ret_loop = loop;
    return ERR_OK;
}

void loop_hurry(struct loop *loop)
{
    atomic_store(&loop->schedule.hurried, true);
}

void loop_ask_to_stop(struct loop *loop)
{
    atomic_store(&loop->stopping, true);
}

void loop_stop(struct loop *loop)
{
    loop_ask_to_stop(loop);
    (void)pthread_join(loop->thread, NULL); /* ours, joined once */
    loop_waits_done(&loop->waits);
    if (loop->announcer.commits || loop->announcer.abandoned)
        return; /* a report may still come for them: the process ends anyway */
    mem_free(loop);
}
