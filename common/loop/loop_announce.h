/* Announcing. Gateways are told of a commit's tags and outcomes at once (loop_channel.h); its messages are under way
 * until Kafka has acknowledged them: then it is announced. That happens in the order of commits, and then their outbox
 * rows go; one that failed goes again with all behind it: every consumer drops what it knows. One loop's thread, but
 * for `pending` and `failed` of a commit, which belong to the delivery reports' thread as well. */
#ifndef SOTAY_COMMON_LOOP_ANNOUNCE_H
#define SOTAY_COMMON_LOOP_ANNOUNCE_H

#include "common/base/array.h"
#include "common/kafka/kafka.h"
#include "common/loop/loop_channel.h"
#include "common/loop/loop_notice.h"
#include "common/loop/loop_positions.h"
#include <stdatomic.h>

enum { LOOP_UNANNOUNCED_LIMIT = 64 };

/* What one commit tells, until it is announced.
 *
 *   commits ─▶ A ─▶ B ─▶ C ─▶    sent in the order of their commits; they are announced in it, and then their rows go
 *              failed            A goes again, and B and C after it though they were acknowledged: so the last record
 *                                of a key is the newest. What is new meanwhile is held back, as if it had failed
 *                                too. */
struct loop_commit {
    struct loop_commit *next;
    struct loop_notice *notices;
    size_t n_notices;
    struct loop_told told, late; /* at once; when it has been announced */
    atomic_int pending, failed;
};

struct loop_announcer {
    TALLOC_CTX *ctx;
    struct pg *pg;
    struct kafka_producer *producer;
    struct loop_channel channel;
    const struct loop_positions *positions;
    struct loop_commit *commits, **commits_end;
    size_t n_commits;
    int64_t resend_at_us;             /* 0: nothing failed, or reports are still to come */
    ARRAY(struct loop_row) announced; /* announced, and not yet dropped from the outbox */
    struct loop_commit *abandoned;    /* their partitions went: freed when the last report is there */
};

/* Takes `ctx`, which the announcements live in. */
struct loop_commit *loop_commit_new(TALLOC_CTX *ctx, const struct loop_notice notices[], size_t n);
void loop_announce(struct loop_announcer *announcer, struct loop_commit *commit); /* takes the commit */
/* Announced is what has been acknowledged up to the first that was not; sends again what failed. */
void loop_announce_reap(struct loop_announcer *announcer);
/* True: nothing is under way any more. Blocks, bounded. */
bool loop_announce_drain(struct loop_announcer *announcer, int deadline_ms);
/* Sends nothing again: the next owner announces it from the rows. */
void loop_announce_abandon(struct loop_announcer *announcer);
/* Rows of a commit of ours, as loop_store_unannounced gives them. ERR_INTERNAL: a newer binary wrote one. */
MUST_CHECK enum err loop_announce_rows(struct loop_announcer *announcer, const struct pg_result *rows);
/* What our partitions have unannounced, and we have not told. */
MUST_CHECK enum err loop_announce_again(struct loop_announcer *announcer);
/* Drops the rows of what has been announced. */
MUST_CHECK enum err loop_announce_settle(struct loop_announcer *announcer);

#endif
