/* The state of a loop: what consumes, runs, announces and schedules, each borrowing from the others as wire()
 * in loop_thread.c says. Made by loop_start; its thread owns all of it, but for `stopping`, `ready` and `waits`, and
 * `watched…`, which loop_watch's caller owns. Tests look into it. */
#ifndef SOTAY_COMMON_LOOP_STATE_H
#define SOTAY_COMMON_LOOP_STATE_H

#include "common/loop/loop_births.h"
#include "common/loop/loop_consumer.h"
#include "common/loop/loop_later.h"
#include "common/loop/loop_run.h"
#include "common/loop/loop_waits.h"
#include <pthread.h>
#include <stdatomic.h>

struct loop {
    struct loop_environment environment;
    const struct loop_options *options;
    pthread_t thread;
    atomic_bool stopping, ready; /* ready: read whole once */
    struct loop_waits waits;
    struct pg *pg;
    size_t batch_limit; /* messages */
    struct loop_positions positions;
    struct loop_births births;
    struct loop_consumer consumer;
    struct loop_news news;
    struct loop_runner runner;
    struct loop_keys keys;
    struct loop_run run;
    struct loop_announcer announcer;
    struct loop_schedule schedule;
    unsigned connection; /* of PostgreSQL, when the epoch began; `moved`: a position has since, without us */
    bool moved;
    bool holds;       /* consumption is paused, and records are kept that wait for news */
    bool full;        /* as many commits are unannounced as there may be: consumption is paused */
    uint64_t watched; /* loop_watch's: the handler's call that it saw last, and how often in a row */
    int watched_looks;
    int backoff_ms;
    int64_t worked_us; /* when it last had records; 0: what that took has been given back */
    int64_t next_tick_us, next_beat_us;
};

/* Before it joins its group: which Kafka this is, whether the database belongs to it, and what the last life left
 * behind. Waits for Kafka and PostgreSQL as long as it takes. False: the loop stops. */
bool loop_startup(struct loop *loop);
/* As loop_run_records; where commands have to wait for what others have told (loop_news.h), the records are kept, so
 * that no later question moves the ends that they wait for, and polling goes on. After a longer wait consumption is
 * paused (loop->holds): the caller resumes it, once it has let go of the records. ERR_OWNER_LOST, ERR_CONFIG: the
 * consumer came to its end, as the next poll says again. RETRY: the loop stops, or Kafka or PostgreSQL is silent. */
MUST_CHECK enum err loop_hear_run(struct loop *loop, const struct kafka_records *records);

#endif
