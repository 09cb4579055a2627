/* One batch, one transaction: open, want, load, apply, write, commit (loop.h draws it). It needs PostgreSQL alone: what
 * comes from the queue is handed in, and what there is to announce is handed back. One thread: the pg's owner. */
#ifndef SOTAY_COMMON_LOOP_BATCH_H
#define SOTAY_COMMON_LOOP_BATCH_H

#include "common/loop/loop.h"
#include "common/loop/loop_news.h"
#include "common/loop/loop_notice.h"
#include "common/loop/loop_positions.h"
#include "common/loop/loop_store_dead.h"
#include <stdatomic.h>

/* What runs batches: its owner's, for as long as batches run. */
struct loop_runner {
    struct pg *pg;
    const struct loop_options *options;
    struct loop_positions *positions;
    struct loop_news *news; /* what its batches wait for; NULL: nothing */
    char failure[256];      /* why the last batch failed, for log and dead letter; cut is fine */
    bool hurries;           /* a piece of a batch that failed: its statements have a shorter deadline */
    /* The number of the handler's call under way, 0: none. Another thread sees by it that one hangs. */
    _Atomic uint64_t at_work;
    uint64_t n_calls;
};

/* What a message that is run alone must become, because it cannot be handled: nothing is asked of its handlers. */
struct loop_forced {
    enum err err; /* a named constraint refused it: rejected with this word and field. 0: handle it */
    const char *field;
    const char *dead_reason; /* it becomes a dead letter, with this reason; NULL: it does not */
};

/* What a commit has to announce. */
struct loop_unannounced {
    TALLOC_CTX *ctx; /* the batch's, which the notices live in; NULL: there is nothing */
    struct loop_notice *notices;
    size_t n;
    int64_t marking; /* the number of the transaction, if it marked keys whose records are to be told; else 0 */
    struct loop_told told, late; /* at once; the outcomes that are told when Kafka has acknowledged the events */
};

/* Runs records, borrowed until it returns, as one transaction. OK: committed, positions have moved, and
 * *ret_unannounced, the caller's from now on, is what there is to announce. NOT_HEARD: nothing happened; the runner's
 * news say what must have been heard first. RETRY …: nothing happened. CONSTRAINT, INTERNAL …: nothing happened; redo
 * alone. After an error *ret_unannounced is empty. *forced goes in and comes out: what a message that was run alone
 * must become when it is run again. */
MUST_CHECK enum err loop_batch_run(struct loop_runner *runner, const struct kafka_record records[], size_t n,
                                   struct loop_forced *forced, struct loop_unannounced *ret_unannounced);

/* A raw record that became a dead letter has its second life in one transaction with the letter's end; what it has to
 * tell goes as a loose row. Through the queue it would hide newer records of its key. An error, a rejection too: the
 * letter is as it was, and runner->failure may say more. */
MUST_CHECK enum err loop_batch_replay(struct loop_runner *runner, const struct loop_dead *letter);

extern struct metric loop_metric_applied, loop_metric_rejected, loop_metric_dead;

#endif
