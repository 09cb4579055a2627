#include "common/loop/loop_run.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "common/loop/loop_open.h"
#include <string.h>

#define RETRIED_TOGETHER_US CLOCK_MINUTE_US
/* Who does not poll for long is taken for dead by the group: other attempts come after the next poll. */
#define POLL_WITHIN_US (10 * CLOCK_SECOND_US)

struct metric loop_metric_batch = {
    .name = "sotay_batch_seconds", .help = "From poll to announcement", .type = METRIC_HISTOGRAM};

static bool is_retry(enum err err)
{
    return err_info(err)->disposition == DISPOSITION_RETRY;
}

static void add_notices(struct loop_unannounced *unannounced, const struct loop_moved *moved)
{
    struct loop_notice *all = mem_array(unannounced->ctx, struct loop_notice, unannounced->n + moved->n);
    memcpy(all, unannounced->notices, unannounced->n * sizeof *all);
    memcpy(all + unannounced->n, moved->notices, moved->n * sizeof *all);
    unannounced->notices = all;
    unannounced->n += moved->n;
}

/* The records whose keys the commit has marked are told with it, so that clients need not ask whether they are. Where
 * they are not ours to tell, too many, or not to be had now, clients ask. */
static enum err move_keys(const struct loop_run *run, struct loop_unannounced *unannounced)
{
    struct loop_moved moved;
    if (unannounced->marking == 0)
        return ERR_OK;
    enum err err = loop_keys_move(run->keys, unannounced->ctx, unannounced->marking, &moved);
    if (moved.n > 0)
        add_notices(unannounced, &moved);
    if (!moved.whole)
        unannounced->late.n_outcomes = 0;
    return err;
}

/* ERR_RETRY: it was committed and is announced, but the positions are to be taken again. */
static enum err announce(struct loop_run *run, struct loop_unannounced *unannounced)
{
    enum err err = move_keys(run, unannounced);
    struct loop_commit *commit = loop_commit_new(unannounced->ctx, unannounced->notices, unannounced->n);
    commit->told = unannounced->told;
    commit->late = unannounced->late;
    loop_announce(run->announcer, commit);
    return err ? ERR_RETRY : ERR_OK;
}

static enum err run_batch(struct loop_run *run, const struct kafka_record records[], size_t n,
                          struct loop_forced *forced)
{
    int64_t started_us = clock_monotonic_us();
    struct loop_unannounced unannounced;
    enum err err = loop_batch_run(run->runner, records, n, forced, &unannounced);
    if (!err && unannounced.ctx)
        err = announce(run, &unannounced);
    metric_observe_us(&loop_metric_batch, clock_monotonic_us() - started_us);
    return err;
}

static enum err count_attempt(const struct loop_run *run, const struct kafka_record *message, enum err err)
{
    const struct loop_runner *runner = run->runner;
    log_error("handler_failed", "topic=%s partition=%d offset=%lld.%d err=%s detail=\"%s\"", topic_name(message->topic),
              message->partition, (long long)message->offset, message->place, err_word(err), runner->failure);
    return loop_obstacle_failed(runner->positions, runner->pg, message, runner->failure);
}

/* One message in its own transaction, until it is processed, a dead letter, or must wait. */
static enum err run_alone(struct loop_run *run, const struct loop_partition *partition,
                          const struct kafka_record *message)
{
    struct loop_forced forced = {0};
    run->runner->hurries = false;
    for (;;) {
        bool is_obstacle = loop_obstacle_is(partition, message);
        bool dead_lettering = is_obstacle && partition->obstacle.attempts >= LOOP_ATTEMPTS;
        if (dead_lettering)
            forced = (struct loop_forced){.err = ERR_DEAD_LETTER, .dead_reason = partition->obstacle.reason};
        enum err err = run_batch(run, message, 1, &forced);
        if (!err && is_obstacle && !partition->obstacle.waits)
            return loop_obstacle_is_done(run->runner->positions, run->runner->pg, message);
        if (!err || is_retry(err))
            return err;
        if (dead_lettering || atomic_load(run->stopping))
            return ERR_RETRY; /* not even the dead letter can be written: wait, and try again */
        if (forced.err)
            continue; /* a named constraint refused it: run again as that rejection */
        if (count_attempt(run, message, err) || clock_monotonic_us() - run->started_us > POLL_WITHIN_US)
            return ERR_RETRY;
    }
}

/* --- halving ------------------------------------------------------------------------------------------------------ */

static bool has_obstacle(const struct loop_run *run, const struct kafka_record messages[], size_t n)
{
    const struct loop_positions *positions = run->runner->positions;
    for (size_t i = 0; i < positions->n; i++)
        for (size_t j = 0; j < n && loop_obstacle_is_known(&positions->items[i]); j++)
            if (loop_obstacle_is(&positions->items[i], &messages[j]))
                return true;
    return run->alone > 0;
}

/* True: it is no single message's fault, and nothing is to be found out by halving. */
static bool goes_back(const struct loop_run *run, enum err err)
{
    return err == ERR_NOT_HEARD || err == ERR_OWNER_LOST || (is_retry(err) && !run->isolates);
}

/* A retry that has been isolated stops its partition and nothing else. */
static enum err run_one(struct loop_run *run, const struct kafka_record *message)
{
    struct loop_partition *partition = loop_positions_find(run->runner->positions, message->topic, message->partition);
    if (!partition || partition->obstacle.waits)
        return ERR_OK; /* another's; or it comes again, behind the one that waits */
    enum err err = run_alone(run, partition, message);
    if (!err || goes_back(run, err))
        return err;
    loop_obstacle_waits(partition, message, err, run->runner->failure);
    run->waits = err;
    return ERR_OK;
}

/* The depth is the logarithm of a batch's limit. */
static enum err run_pieces(struct loop_run *run, const struct kafka_record messages[], size_t n, bool whole)
{
    struct loop_forced forced = {0}; /* of a message alone only */
    if (n == 1)
        return run_one(run, messages);
    run->runner->hurries = !whole;
    enum err err = has_obstacle(run, messages, n) ? ERR_INTERNAL : run_batch(run, messages, n, &forced);
    if (!err || goes_back(run, err))
        return err;
    if (atomic_load(run->stopping))
        return ERR_RETRY;
    err = run_pieces(run, messages, n / 2, false);
    return err ? err : run_pieces(run, messages + n / 2, n - n / 2, false);
}

/* --- batches ------------------------------------------------------------------------------------------------------ */

/* One batch: the messages of as many records as make so many; *at moves behind the last. */
static enum err run_next(struct loop_run *run, const struct kafka_records *records, size_t limit, size_t *at)
{
    TALLOC_CTX *ctx = mem_context(NULL, "messages");
    struct loop_records messages = {0};
    size_t n = 0;
    for (; *at < records->n && messages.list.n < limit; (*at)++, n++)
        loop_take_apart(ctx, run->runner->options, &records->items[*at], &messages);
    enum err err = messages.list.n > 0 ? run_pieces(run, messages.list.items, messages.list.n, !run->isolates) : ERR_OK;
    if (!err)
        run->alone -= run->alone < n ? run->alone : n;
    mem_free(ctx);
    return err;
}

/* True: it has been tried again for long, and not for want of a database. */
static bool waits_alone(const struct loop_run *run)
{
    int64_t now_us = clock_monotonic_us();
    return run->retried_since_us > 0 && now_us - run->retried_since_us > RETRIED_TOGETHER_US &&
           loop_store_probe(run->runner->pg) == ERR_OK;
}

enum err loop_run_records(struct loop_run *run, const struct kafka_records *records, size_t limit)
{
    enum err err = ERR_OK;
    run->started_us = clock_monotonic_us();
    run->isolates = waits_alone(run);
    run->waits = ERR_OK;
    for (size_t at = 0; at < records->n && !err;)
        err = run_next(run, records, limit, &at);
    run->runner->hurries = false;
    err = err ? err : run->waits;
    if (!err)
        run->retried_since_us = 0;
    else if (err != ERR_NOT_HEARD && run->retried_since_us == 0)
        run->retried_since_us = run->started_us;
    return err;
}
