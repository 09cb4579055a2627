/* What the files of the loop share; nobody else includes it. One loop's thread owns all of it, but for the atomics of a
 * flight.
 *
 *   loop.c           the thread: poll, run, back off, tick
 *   loop_batch.c     one batch: open, load, apply, write, commit
 *   loop_message.c   what handlers say about a message (loop_answer, loop_event …), and the parts it is told in
 *   loop_outcome.c   what a message's client gets, now and when it is repeated
 *   loop_announce.c  flights: what a commit has to tell, until Kafka and Redis took it
 *   loop_later.c     what no message caused: timers and loose outbox rows
 *   loop_marker.c    crash markers
 *   loop_suspect.c   messages that a handler failed or died on
 *   loop_store.c     all SQL */
#ifndef SOTAY_COMMON_LOOP_INTERNAL_H
#define SOTAY_COMMON_LOOP_INTERNAL_H

#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "common/loop/loop.h"
#include "common/loop/loop_parts.h"
#include "common/loop/loop_store.h"
#include "common/redis/redis.h"
#include <pthread.h>
#include <stdatomic.h>
#include <uthash.h>

enum {
    LOOP_BATCH_LIMIT = 512,
    LOOP_ATTEMPTS = 3,
    LOOP_FIELDS_LIMIT = 100,
    LOOP_FLIGHTS_LIMIT = 64,
    LOOP_PARTITIONS_LIMIT = 256,
    LOOP_SUSPECTS_LIMIT = 256
};

/* --- announcing --------------------------------------------------------------------------------------------------- */

/* An announcement and the row that keeps it: flights know by it what is told already. id 0: late rows, see
 * loop_late. */
struct loop_notice {
    struct loop_row row;
    Pb__Announcement *announcement;
};

/* What one commit tells, under way. Made and freed by the loop's thread; `pending` and `failed` belong to the delivery
 * reports' thread as well. Lives until every message was acknowledged and Redis has heard.
 *
 *   flights ─▶ A ─▶ B ─▶ C ─▶       sent in the order of their commits; they land in it, and land() names their rows as
 * told
 *              failed               A goes again, and B and C after it though they were acknowledged: so the last
 *                                   record of a key
 *                                   is the newest. What is new meanwhile is held back, as if it had failed too. */
struct loop_flight {
    struct loop_flight *next;
    struct loop_notice *parts;
    size_t n_parts;
    bool after_events; /* Redis hears only when Kafka has acknowledged */
    bool redis_told;
    bool late; /* the loop's `late` */
    atomic_int pending, failed;
};

/* Due timers and loose rows, told by one flight at a time: the next ones are read when these are gone. */
struct loop_late {
    struct loop_late_rows rows;
    bool landed;
};

/* A message that a handler failed or died on; run alone until it is done or buried. */
struct loop_suspect {
    struct loop_suspect *next;
    int topic, partition;
    int64_t offset;
    int attempts;
    const char *reason;
};

struct loop_partition {
    struct loop_position position;
    bool stuck; /* an unknown command is next: waits for a newer binary */
};

struct loop {
    struct service *service;
    const struct loop_options *options;
    pthread_t thread;
    atomic_bool stopping, ready;
    struct pg *pg;
    struct redis *redis;
    bool redis_stale; /* Redis missed tags: it must forget everything first */
    int64_t redis_rests_until_us;
    char *group;
    struct kafka_consumer *consumer;
    int64_t lost_at_us; /* its place in the group, last */
    int n_losses;       /* none a minute after the one before */
    char *cluster;
    enum topic *topics;
    struct loop_partition partitions[LOOP_PARTITIONS_LIMIT];
    size_t n_partitions;
    struct loop_flight *flights, **flights_end;
    size_t n_flights;
    int64_t resend_at_us;  /* 0: nothing failed, or reports are still to come */
    bool full;             /* as many flights as there may be: consumption is paused */
    struct loop_row *told; /* landed, and not yet dropped from the outbox */
    size_t n_told, told_room;
    struct loop_late *late;        /* or NULL */
    struct loop_flight *abandoned; /* their partitions went: freed when the last report is there */
    size_t alone;                  /* so many messages are run one by one: one of them crashed us or failed */
    struct loop_suspect
        *suspects; /* messages with attempts behind them, the newest first; at most LOOP_SUSPECTS_LIMIT */
    size_t n_suspects;
    int backoff_ms;
    char failure[256]; /* why the last batch failed, for log and dead letter; cut is fine */
    int64_t next_tick_us, next_check_us, next_stuck_us, next_forget_us, next_late_us;
};

struct loop_partition *loop_find_partition(struct loop *loop, enum topic topic, int32_t partition);

/* Takes `ctx`, which the announcements live in. */
struct loop_flight *loop_flight_new(TALLOC_CTX *ctx, const struct loop_notice parts[], size_t n);
void loop_announce(struct loop *loop, struct loop_flight *flight); /* takes the flight */
void loop_announce_reap(struct loop *loop);                        /* lands what can land, sends again what failed */
bool loop_announce_drain(struct loop *loop, int deadline_ms);      /* true: nothing under way any more */
void loop_announce_abandon(struct loop *loop); /* sends nothing again: the next owner tells it from the rows */
MUST_CHECK enum err loop_announce_again(
    struct loop *loop); /* what its partitions have unannounced, and we have not told */
MUST_CHECK enum err loop_announce_settle(struct loop *loop); /* drops the rows of what has landed */
void loop_redis_revive(struct loop *loop); /* empties it where it missed something, though nothing is told */

/* --- batches ------------------------------------------------------------------------------------------------------ */

struct loop_tag_entry {
    UT_hash_handle hh;
    char text[];
};

/* Grows by doubling inside the batch's context. */
struct loop_list {
    void **items;
    size_t n, room;
};
void loop_list_add(TALLOC_CTX *ctx, struct loop_list *list, void *item);

/* A message with all that its handler said about it. `message` is first: handlers hold a pointer to it. */
struct loop_slot {
    struct loop_message message;
    const struct kafka_record *record;
    const struct loop_input *input;
    const struct loop_handler *handlers[LOOP_HANDLERS_LIMIT];
    size_t n_handlers;
    const Pb__Envelope *envelope; /* NULL on raw topics */
    enum err err;                 /* what became of it */
    bool skip;                    /* unknown event: only its position moves */
    bool dead;
    struct loop_seen *seen;   /* a repeat: of an earlier batch */
    struct loop_slot *first;  /* a repeat: of this batch */
    bool reused;              /* a repeat with another body */
    size_t position;          /* its partition, among the batch's positions */
    struct loop_list fields;  /* of Pb__FieldError */
    struct loop_list records; /* of compacted topics: Pb__OutboundMessage */
    struct uuid resource_id;
    uint64_t version;
    bool answered, after_events;
    ProtobufCBinaryData resource;
    uint64_t n_events;
    UT_hash_handle by_id;
};

struct loop_batch {
    TALLOC_CTX *ctx;
    struct loop *loop;
    struct loop_slot *slots;
    size_t n_slots;
    struct loop_slot *by_id;
    struct loop_states *states;
    struct loop_position positions[LOOP_PARTITIONS_LIMIT];
    size_t n_positions;
    struct loop_tag_entry *tag_index;
    struct loop_list tags, messages, outcomes, replies;
    struct pg_args *timers;
    bool after_events, has_records;
    const struct loop_dead *letter; /* run again, beside the queue: no position moves */
    int64_t whole;                  /* what a crash between handlers is put down to: the only message, or -1 */
    /* a message that is redone alone and must be rejected or buried: */
    enum err forced;
    const char *forced_field;
    const char *burial; /* reason of its dead letter */
};

struct loop_forced {
    enum err err;
    const char *field;
    const char *burial;
};

/* Runs records as one transaction. OK: committed and announced. RETRY: nothing happened. CONSTRAINT, INTERNAL …:
 * nothing happened; redo alone. *forced goes in and out: what a message that is run alone must become, after a named
 * constraint refused it. */
enum err loop_batch_run(struct loop *loop, const struct kafka_record records[], size_t n, struct loop_forced *forced);
/* A raw record that became a dead letter has its second life in one transaction with the letter's end; what it has to
 * tell goes as a loose row. Through the queue it would hide newer records of its key. `loop` needs pg and options only;
 * loop->failure says why not. */
MUST_CHECK enum err loop_batch_replay(struct loop *loop, const struct loop_dead *letter);
struct loop_slot *loop_slot_of(const struct loop_message *message);
const char *loop_rejection(const struct loop_slot *slot); /* the word; NULL: it succeeded */
Pb__Outcome *loop_outcome(struct loop_slot *slot, int64_t now_us);
Pb__Outcome *loop_outcome_repeated(struct loop_slot *slot, int64_t now_us);           /* the first one's, or "reused" */
void loop_outcome_keep(struct pg_args *args, struct loop_slot *slot, int64_t now_us); /* a row of `seen` */
/* What the batch has to tell, by the rows that keep it (their ids are not known yet); 0: nothing. At most n_positions +
 * 1. */
size_t loop_notices(struct loop_batch *batch, struct loop_notice parts[]);
Pb__OutboundMessage *loop_outbound(TALLOC_CTX *ctx, enum topic topic, const struct uuid *key, ProtobufCBinaryData value,
                                   bool tombstone);

/* --- later -------------------------------------------------------------------------------------------------------- */
/* At every turn: drops what has landed, launches what is due. The owner of partition 0 does it for the service. */
void loop_later_turn(struct loop *loop);
MUST_CHECK enum err loop_later_forget(struct loop *loop); /* old outcomes, now and then */

/* --- suspects: loop_suspect.c ------------------------------------------------------------------------------------- */
const struct loop_suspect *loop_suspect_find(
    struct loop *loop, const struct kafka_record *record); /* NULL: none; lives until the next call below */
MUST_CHECK enum err loop_suspect_count(struct loop *loop, int topic, int partition, int64_t offset,
                                       const char *reason);                     /* one more attempt */
void loop_suspect_forget(struct loop *loop, const struct kafka_record *record); /* it is done or buried */
MUST_CHECK enum err loop_suspects_read(struct loop *loop); /* anew, from the attempts that are not behind us */

/* --- crash markers: loop_marker.c --------------------------------------------------------------------------------- */
/* A handler that dies by its own SIGSEGV, SIGABRT, SIGBUS or SIGFPE leaves "topic partition offset cluster" in a file
 * of run_dir: an offset means something in its cluster only. */
struct loop_marker {
    int topic;
    int partition;
    int64_t offset; /* -1: a whole batch */
    char cluster[128];
};
/* Opens this thread's marker; true: the last life left one. It stays in the file until loop_marker_clear, or the next
 * crash. */
bool loop_marker_open(struct loop *loop, struct loop_marker *ret_marker);
void loop_marker_clear(void);
void loop_marker_set(const char *cluster, int topic, int partition,
                     int64_t offset); /* topic 0: nothing in hand; borrows the cluster */

extern struct metric loop_metric_applied, loop_metric_rejected, loop_metric_retried, loop_metric_dead,
    loop_metric_batch;

#endif
