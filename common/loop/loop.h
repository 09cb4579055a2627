/* The loop: makes every message true exactly once (ARCHITECTURE.md, "The mechanism"). One loop is one thread with its
 * own consumer and PGconn.
 *
 *   poll a batch ─▶ open envelopes ─▶ want() of each ─▶ flush 1: BEGIN · positions · processed ids · each part's load()
 *                                                             │
 *        ┌────────────────────────────────────────────────────┘
 *        ▼
 *   loaded() of each part ─▶ apply() of one message after the other on the evolving state
 *        ─▶ flush 2: write() of each part · processed ids · outbox · timers · COMMIT ─▶ announce: tags and outcomes to
 *           gateways, events to Kafka, in the order of the commits; a restart sends again what the outbox still holds
 *
 * What a batch knows is a list of parts, one for each aggregate: a new aggregate is a new part in the service's list.
 *
 * What a handler may do: read the loaded states and its message, change its part's state, and say what follows through
 * the loop_* calls below. No I/O, no clock, no random numbers. A handler that rejects must have changed nothing.
 * Handlers run on the loop's thread; everything of a batch lives in the batch's memory context and is freed with it. An
 * event that one part refuses after another has taken it is our fault: it is redone alone, and becomes a dead letter. A
 * handler that runs for 10 s is aborted together with its process.
 *
 * The files: loop_thread.c the thread, loop_startup.c what comes before · loop_consumer.c its place in the group ·
 * loop_positions.c its partitions · loop_waits.c what it waits for · loop_watch.c what others ask of it · loop_run.c
 * batches, or messages one by one · loop_obstacle.c what a partition waits for · loop_marker.c which message a crash
 * is put down to · loop_batch.c one transaction, with loop_open.c (records), loop_slot.c (its memory), loop_parts.c
 * (states and handlers), loop_message.c (what handlers say), loop_outcome.c (what clients get) and loop_notice.c (what
 * there is to announce) · loop_announce.c and loop_channel.c announcing · loop_keys.c records of compacted topics ·
 * loop_later.c timers and loose rows · loop_sweep.c what is forgotten · loop_outbox.c what jobs say · problems.c what
 * rules find wrong · loop_news.c what must have been heard of others before a batch, loop_hear.c waiting for it ·
 * loop_store.c all SQL, but for that of positions, keys, dead letters and the restore mark: loop_store_positions.c,
 * loop_store_keys.c, loop_store_dead.c, loop_store_restored.c. */
#ifndef SOTAY_COMMON_LOOP_H
#define SOTAY_COMMON_LOOP_H

#include "common/base/array.h"
#include "common/base/err.h"
#include "common/base/tag.h"
#include "common/base/uuid.h"
#include "common/kafka/kafka.h"
#include "common/pg/pg.h"
#include "sotay/v1/envelope.pb-c.h"
#include <stdbool.h>

struct loop;
struct loop_batch;
struct redis;

/* One message as a handler sees it. Borrowed for the batch. */
struct loop_message {
    enum topic topic;
    struct uuid id; /* the message's */
    struct uuid aggregate;
    struct uuid actor;   /* zero: none */
    struct uuid session; /* the actor's; zero: none */
    bool has_actor;
    bool has_if_version;
    uint64_t if_version;
    int64_t now_us;               /* append time + clock offset */
    int64_t appended_at_us;       /* append time: the broker's, so that it orders messages of different topics */
    const char *correlation_id;   /* or NULL */
    const ProtobufCMessage *body; /* unpacked payload; NULL: tombstone of a compacted topic */
    struct loop_batch *batch;
    TALLOC_CTX *ctx; /* the batch's */
};

/* What is done with one kind of message. */
struct loop_handler {
    const ProtobufCMessageDescriptor *type;
    /* Names what must be loaded, in the states of the parts that own it. ERR_MALFORMED makes a dead letter at once, as
     * a body that cannot be unpacked does; any other error is the message's, as if apply had returned it. May be NULL.
     * */
    enum err (*want)(const struct loop_message *message);
    enum err (*apply)(const struct loop_message *message); /* OK, a rejection of errors.def, or our fault */
};

/* Handlers of a topic, a row for each kind. Of a topic whose records stand in no envelope (directory.*) one row. */
struct loop_handlers {
    enum topic topic;
    const struct loop_handler *rows;
    size_t n;
};
#define LOOP_HANDLERS(topic, rows)      \
    {                                   \
        topic, rows, ARRAY_LENGTH(rows) \
    }

struct loop_constraint {
    const char *name;
    enum err err;
    const char *field;
};

/* One aggregate in a batch: which messages it takes, and its state from loading to writing. The parts' order is that of
 * their statements, and of an event's handlers; where two lock the same tables, the list decides who locks first. */
struct loop_part {
    const char *name; /* "comment" */
    const struct loop_handlers *handlers;
    size_t n_handlers;
    void *(*new)(struct loop_batch *batch);    /* the state of one batch, owned by loop_ctx(batch); NULL: none */
    void (*load)(void *state, struct pg *pg);  /* queues SELECTs for all that was wanted, sorted and FOR UPDATE */
    enum err (*loaded)(void *state);           /* reads their results */
    void (*write)(void *state, struct pg *pg); /* queues what changed. These three may be NULL */
    const struct loop_constraint *constraints; /* unique constraints that mean a rejection */
    size_t n_constraints;
};

/* A topic that this loop reads. An event goes to every part with a row for its kind, in the order of the parts; a
 * command to the one part that has it. */
struct loop_input {
    enum topic topic;
    bool commands; /* an unknown kind pauses the partition; has outcomes. Else: skipped */
    bool clients;  /* clients say it: refused, as a command is, where it breaks the rules of its fields */
    bool raw;      /* no envelope: the record's key is the message's aggregate, its value the body */
};

/* A record of a compacted topic, packed. */
struct loop_record {
    struct uuid key;
    ProtobufCBinaryData value;
};
struct loop_record_list {
    struct loop_record *items;
    size_t n;
};

/* A compacted topic that the service writes: its last record of a key says what is so now. Who changes what records say
 * marks their keys in the same transaction (loop_mark, or a trigger that inserts into marked_key), and the loop tells
 * them (loop_keys.h); nobody sends a record otherwise. `read`: the records of these keys as they are, which live in
 * ctx; those that do not exist are left out. It makes round trips of its own in the caller's transaction, and changes
 * nothing. */
struct loop_compacted {
    enum topic topic;
    enum err (*read)(struct pg *pg, TALLOC_CTX *ctx, const struct uuid keys[], size_t n,
                     struct loop_record_list *ret_records);
};

struct loop_options {
    const char *service; /* "meeting" */
    const char *name;    /* "commands", "projections": part of the consumer group */
    const struct loop_input *inputs;
    size_t n_inputs;
    const struct loop_part *const *parts;
    size_t n_parts;
    /* Of a loop of commands: the service's projections, whose positions say what it has heard of others. NULL: its
     * commands wait for nobody. */
    const struct loop_options *hears;
    bool fires_timers; /* one loop of a service fires its timers, tells what jobs have to say, and these records */
    const struct loop_compacted *compacted;
    size_t n_compacted;
    size_t batch_limit; /* messages of a batch; 0: 512 */
    /* A repeated event changes nothing: each part compares its id or version with the facts that it keeps. So the ids
     * of events are not kept a second time. */
    bool drops_repeats_itself;
    int gather_ms; /* a projection that nobody waits for: messages come together, up to so much later; 0: at once */
};

/* The batch's state of a part that is in the loop's list; asserted. A part that reads another's state keeps the batch
 * that it was made for, and asks when it needs it. */
void *loop_state(const struct loop_batch *batch, const struct loop_part *part);
/* Freed when the batch has ended, and what it announces has been acknowledged. */
TALLOC_CTX *loop_ctx(const struct loop_batch *batch);

/* What a loop needs of the process that it runs in. new_pg and new_redis are called by loop_start on its caller's
 * thread; what they make is owned by ctx and used by the loop's thread alone. The others are called on the loop's
 * thread. */
struct loop_environment {
    const char *brokers;
    const char *instance; /* unique among the service's processes: its place in the consumer group */
    const char *run_dir;  /* crash markers go here */
    size_t n_loops;       /* of the service */
    struct kafka_producer *producer;
    struct pg *(*new_pg)(void *arg, TALLOC_CTX *ctx);
    struct redis *(*new_redis)(void *arg, TALLOC_CTX *ctx);
    int64_t (*now_us)(void *arg); /* wall clock with the demo clock's offset */
    void (*fail)(void *arg);      /* the loop cannot go on: the process must end */
    void *arg;
};

/* Borrows the options; copies the environment, whose pointers live until loop_stop. ERR_CONFIG: the parts' tables are
 * wrong (loop_check_parts); ERR_INTERNAL: no thread. */
MUST_CHECK enum err loop_start(const struct loop_environment *environment, const struct loop_options *options,
                               struct loop **ret_loop);
/* Finishes the batch under way, announces, bounded; frees the loop, unless reports may still come for what could not be
 * announced: then the process is about to end anyway. */
void loop_stop(struct loop *loop);
/* It ends its batch and takes no other, so that loop_stop need not wait long for it. Any thread. */
void loop_ask_to_stop(struct loop *loop);
/* Aborts the process when a handler has run for 10 s: that is an attempt, and the next life tries again. Called every
 * LOOP_WATCH_EVERY_MS by one thread: it counts its looks and not the time, so that a process that was frozen is not
 * taken for one that hangs. */
enum { LOOP_WATCH_EVERY_MS = 100 };
void loop_watch(struct loop *loop);
/* Why it is not ready, in one line owned by ctx: what came before it started was not read whole yet, or it makes no
 * progress (loop_waits.h). NULL: it is ready. Any thread. */
char *loop_not_ready(struct loop *loop, TALLOC_CTX *ctx);
bool loop_is_heard(const struct loop *loop); /* Redis took what it told last: gateways may keep answers */

/* Called by `want` where a message names things of another service, of which that one tells on `topic`: the batch is
 * loaded and judged when the service's own projection has passed what stood there when the message was read, however it
 * is judged then. Asserted: the topic is an input of the loop that this one hears. */
void loop_want_news(struct loop_batch *batch, enum topic topic);
/* Called by `apply` instead, where what a message names is there as a rule, and was not found. False: ERR_NOT_HEARD is
 * to be returned, and the batch is loaded and judged again when the projection has passed what stands on `topic` now.
 * True: it has, and there is no such thing. */
bool loop_has_news(const struct loop_message *message, enum topic topic);

/* --- what follows from a message: said by handlers ---------------------------------------------------------------- */

/* The field that a rejection is about: `return loop_field(message, "/agenda/0/minutes", ERR_FIELD_TOO_LARGE)` returns
 * ERR_INVALID. Collects up to 100; the outcome carries them. */
enum err loop_field(const struct loop_message *message, const char *field, enum err code);

/* The command's resource: what the client gets. `resource` is packed at once; NULL for 204. */
void loop_answer(const struct loop_message *message, const struct uuid *resource_id, uint64_t version,
                 const ProtobufCMessage *resource);
/* The answer waits until Kafka has acknowledged the events of this commit, and the records whose keys it has marked:
 * where a client's next step may lie in another service, which must have them by then (publishing, cancelling, ended
 * sessions, role changes). Whoever asks for the outcome is not told before either. */
void loop_answer_after_events(const struct loop_message *message);

/* An event on `topic` keyed by `key`; its id is derived from the message and its place among the message's events. All
 * events that a commit has from one partition go into the partition of that number, as one record for each topic: so
 * those of an aggregate stay in order. */
void loop_event(const struct loop_message *message, enum topic topic, const struct uuid *key,
                const ProtobufCMessage *event);
/* A command of our own, sent after commit; its id is derived likewise. */
void loop_command(const struct loop_message *message, enum topic topic, const struct uuid *aggregate,
                  const ProtobufCMessage *command);

/* Cached answers with this tag are stale. `id` is NULL where the tag has no key (proto/tags.def). Once a batch however
 * often it is said; until the batch has been written. */
void loop_tag(struct loop_batch *batch, enum tag tag, const struct uuid *id);

/* A timer row, unique by kind, aggregate and due time: becomes `command` on the service's own topic when due. */
void loop_timer(const struct loop_message *message, const struct uuid *aggregate, int64_t due_us,
                const ProtobufCMessage *command);

/* --- outside a batch ---------------------------------------------------------------------------------------------- */

/* For jobs (republish, sign-in): announcements of a transaction that no message caused. Queue on the same pg, in the
 * same transaction as the facts; the service's loop tells it within a second. */
struct loop_outbox;
struct loop_outbox *loop_outbox_new(TALLOC_CTX *ctx, const struct uuid *cause, int64_t now_us);
void loop_outbox_event(struct loop_outbox *outbox, enum topic topic, const struct uuid *key,
                       const ProtobufCMessage *event);
void loop_outbox_tag(struct loop_outbox *outbox, enum tag tag, const struct uuid *id);
void loop_outbox_queue(struct loop_outbox *outbox, struct pg *pg);
/* After COMMIT: the number of that transaction. Kafka has its events, and all that were said before it, once the
 * oldest unannounced one (loop_store_oldest_commit) is a later one; records of marked keys are not asked for. */
int64_t loop_outbox_commit(const struct loop_outbox *outbox);
/* Somebody waits for that: said again until it is so. The loop looks at its next turn. Any thread. */
void loop_hurry(struct loop *loop);

/* Queues marks of the keys of records of a compacted topic, in the transaction that changes what these say; for jobs
 * that tell again what is so, too. */
void loop_mark(struct pg *pg, TALLOC_CTX *ctx, enum topic topic, const struct uuid keys[], size_t n);
/* Blocks until of what was committed before, the loop has no more than `most` keys and rows left to tell, so that
 * others need not wait behind a long job; 0: until Kafka has acknowledged all of it. False in *ret_told: for 10 s
 * there was no progress, as the service does not run or Kafka is away. Outside a transaction. */
MUST_CHECK enum err loop_await_told(struct pg *pg, int64_t most, bool *ret_told);
/* How many keys and rows the loop has left to tell. One round trip. */
MUST_CHECK enum err loop_count_untold(struct pg *pg, int64_t *ret_n);

#endif
