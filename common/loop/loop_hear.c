#include "common/loop/loop_state.h"

#include "common/base/clock.h"
#include "common/loop/loop_beat.h"
#include <stdio.h>

enum { WAIT_MOST_MS = 100, POLL_LIMIT = 512 };
#define HOLDS_AFTER_US CLOCK_SECOND_US /* then it fetches nothing more, and polls: the group must not lose us */

/* The consumer whose records are kept must not go: where it came to its end, the next poll says so once more. */
static enum err poll_holding(struct loop *loop, int wait_ms)
{
    struct kafka_records *records = NULL;
    if (!loop->holds)
        kafka_pause(loop->consumer.kafka);
    loop->holds = true;
    enum err err = kafka_poll(loop->consumer.kafka, POLL_LIMIT, wait_ms, &records);
    if (!err)
        kafka_records_free(records); /* fetched before: it comes again */
    loop_announce_reap(&loop->announcer);
    return err == ERR_OWNER_LOST || err == ERR_CONFIG ? err : ERR_OK;
}

static enum err pause_or_poll(struct loop *loop, int wait_ms)
{
    if (clock_monotonic_us() - loop->news.asked_us >= HOLDS_AFTER_US)
        return poll_holding(loop, wait_ms);
    pause_ms(wait_ms);
    loop_announce_reap(&loop->announcer);
    return ERR_OK;
}

/* What others wait for goes on meanwhile: announcements, heartbeats, timers. */
static enum err wait_a_while(struct loop *loop, int wait_ms)
{
    enum err err = pause_or_poll(loop, wait_ms);
    if (!err)
        err = loop_beat(loop);
    if (!err && !loop->full && !atomic_load(&loop->stopping))
        err = loop_later_turn(&loop->schedule);
    if (loop_news_stand_still(&loop->news))
        loop_waits_for(&loop->waits, LOOP_WAIT_NEWS,
                       "the projections stand still, %lld records before what commands name",
                       (long long)loop->news.missing);
    return err;
}

/* OK: it has arrived, or the partitions went, and nothing is ours to judge. */
static enum err await_news(struct loop *loop)
{
    bool arrived = false;
    loop_waits_end(&loop->waits, LOOP_WAIT_BATCH); /* it is not the batch that takes long */
    enum err err = loop_news_ask(&loop->news);
    for (int wait_ms = 1; !err; wait_ms = wait_ms * 2 < WAIT_MOST_MS ? wait_ms * 2 : WAIT_MOST_MS) {
        err = loop_news_arrived(&loop->news, &arrived);
        if (err || arrived || loop->positions.n == 0)
            break;
        err = wait_a_while(loop, wait_ms);
        if (!err && atomic_load(&loop->stopping))
            err = ERR_RETRY;
    }
    if (err)
        (void)snprintf(loop->runner.failure, sizeof loop->runner.failure, "what commands name was not heard of: %s",
                       err_word(err));
    loop_waits_end(&loop->waits, LOOP_WAIT_NEWS);
    loop_waits_begin(&loop->waits, LOOP_WAIT_BATCH);
    return err;
}

enum err loop_hear_run(struct loop *loop, const struct kafka_records *records)
{
    enum err err = loop_run_records(&loop->run, records, loop->batch_limit);
    while (err == ERR_NOT_HEARD) {
        err = await_news(loop);
        if (!err)
            err = loop_run_records(&loop->run, records, loop->batch_limit);
    }
    return err;
}
