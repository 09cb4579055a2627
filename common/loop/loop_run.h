/* Running what was polled: together, or one message after the other where one of them failed or crashed us, until each
 * is processed, a dead letter, or must wait. One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_RUN_H
#define SOTAY_COMMON_LOOP_RUN_H

#include "common/loop/loop_announce.h"
#include "common/loop/loop_batch.h"
#include "common/loop/loop_suspect.h"
#include <stdatomic.h>

enum { LOOP_ATTEMPTS = 3 }; /* the third that fails makes a dead letter */

struct loop_run {
    struct loop_runner *runner;
    struct loop_suspects *suspects;
    struct loop_announcer *announcer; /* hears of every commit */
    const atomic_bool *stopping;      /* then nothing is tried again */
};

/* In batches of about `limit` messages: those of a record run together unless one of them fails. RETRY …: what was not
 * committed must be given back to the queue. NOT_HEARD: the same again, once that was heard which the runner's news
 * name; what has been committed meanwhile is passed over. */
MUST_CHECK enum err loop_run_records(struct loop_run *run, const struct kafka_records *records, size_t limit);

extern struct metric loop_metric_batch;

#endif
