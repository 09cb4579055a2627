/* One batch, one transaction: open, want, load, apply, write, commit (loop.h draws it). It needs PostgreSQL alone: what
 * comes from the queue is handed in, and what there is to announce is handed back. One thread: the pg's owner. */
#ifndef SOTAY_COMMON_LOOP_BATCH_H
#define SOTAY_COMMON_LOOP_BATCH_H

#include "common/loop/loop.h"
#include "common/loop/loop_announce.h"
#include "common/loop/loop_positions.h"
#include "common/loop/loop_store.h"

/* What runs batches: its owner's, for as long as batches run. */
struct loop_runner {
    struct pg *pg;
    const struct loop_options *options;
    struct loop_positions *positions;
    char failure[256]; /* why the last batch failed, for log and dead letter; cut is fine */
};

/* What a message that is run alone must become, because it cannot be handled: nothing is asked of its handlers. */
struct loop_forced {
    enum err err; /* a named constraint refused it: rejected with this word and field. 0: handle it */
    const char *field;
    const char *dead_reason; /* it becomes a dead letter, with this reason; NULL: it does not */
};

/* Runs records as one transaction. OK: committed, positions have moved, and *ret_flight is what there is to announce
 * (NULL: nothing). RETRY …: nothing happened. CONSTRAINT, INTERNAL …: nothing happened; redo alone. *forced goes in and
 * comes out: what a message that was run alone must become when it is run again. */
MUST_CHECK enum err loop_batch_run(struct loop_runner *runner, const struct kafka_record records[], size_t n,
                                   struct loop_forced *forced, struct loop_flight **ret_flight);

/* A raw record that became a dead letter has its second life in one transaction with the letter's end; what it has to
 * tell goes as a loose row. Through the queue it would hide newer records of its key. runner->failure says why not. */
MUST_CHECK enum err loop_batch_replay(struct loop_runner *runner, const struct loop_dead *letter);

extern struct metric loop_metric_applied, loop_metric_rejected, loop_metric_dead, loop_metric_batch;

#endif
