/* Running what was polled, in order, until each message is processed, a dead letter, or must wait. Together, as long as
 * nothing fails; where something does, the batch is halved until the culprit is alone:
 *
 *   a fault           (ours, or a statement ran into its deadline)   alone: an attempt; the third makes a dead letter
 *   a retry           (a lock, the database away …)                  given back to the queue at once
 *   a retry that has gone on for a minute, while PostgreSQL commits  alone: its partition stops there, others go on
 *   what failed before, or killed us                                 is not tried together with others
 *
 * Pieces have a shorter deadline for their statements, so that finding the culprit takes no longer than one batch may.
 * One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_RUN_H
#define SOTAY_COMMON_LOOP_RUN_H

#include "common/loop/loop_announce.h"
#include "common/loop/loop_batch.h"
#include "common/loop/loop_keys.h"
#include "common/loop/loop_obstacle.h"
#include <stdatomic.h>

struct loop_run {
    struct loop_runner *runner;
    struct loop_announcer *announcer; /* hears of every commit */
    const struct loop_keys *keys;     /* moves those that a commit has marked, before it is announced */
    const atomic_bool *stopping;      /* then nothing is tried again */
    int64_t started_us;               /* this run */
    int64_t retried_since_us;         /* nothing was run whole since; 0: the last one was */
    bool isolates;                    /* what must wait is looked for, too */
    enum err waits;                   /* why a partition waits since this run */
    size_t alone; /* the messages of so many records are run one by one: one crashed us, and nobody knows which */
};

/* In batches of about `limit` messages: those of a record run together unless one of them fails. RETRY …: what was not
 * committed must be given back to the queue. NOT_HEARD: the same again, once that was heard which the runner's news
 * name; what has been committed meanwhile is passed over. */
MUST_CHECK enum err loop_run_records(struct loop_run *run, const struct kafka_records *records, size_t limit);

extern struct metric loop_metric_batch;

#endif
