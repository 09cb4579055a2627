#include "common/loop/loop_batch.h"

#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "common/loop/loop_marker.h"
#include "common/loop/loop_obstacle.h"
#include "common/loop/loop_open.h"
#include "common/loop/loop_outcome.h"
#include "common/loop/loop_store_keys.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    MESSAGE_POOL_BYTES = 6 * 1024, /* what a usual message makes, from its envelope to its outcome */
    HURRIED_MS = 500               /* ten halvings that fail take no longer together than one batch may */
};

struct metric loop_metric_applied = {.name = "sotay_commands_total",
                                     .labels = "outcome=\"succeeded\"",
                                     .help = "Commands by outcome",
                                     .type = METRIC_COUNTER};
struct metric loop_metric_rejected = {.name = "sotay_commands_total",
                                      .labels = "outcome=\"rejected\"",
                                      .help = "Commands by outcome",
                                      .type = METRIC_COUNTER};
struct metric loop_metric_dead = {
    .name = "sotay_dead_letters_total", .help = "Messages that became dead letters", .type = METRIC_COUNTER};

/* A batch, and its transaction under way. */
struct transaction {
    struct loop_runner *runner;
    struct loop_batch *batch;
    struct loop_forced forced;
    const struct loop_dead *letter; /* run again, beside the queue: no position moves */
    struct loop_notice notice;
    bool has_notice;
    struct pg_result *row;     /* of the notice, once flushed */
    struct pg_result *marking; /* whether keys were marked, once flushed; NULL: the loop tells no records */
};

/* --- repeats ------------------------------------------------------------------------------------------------------ */

static bool same_body(const struct loop_slot *slot, ProtobufCBinaryData hash)
{
    ProtobufCBinaryData mine = slot->envelope->has_body_hash ? slot->envelope->body_hash : (ProtobufCBinaryData){0};
    return mine.len == hash.len && (mine.len == 0 || memcmp(mine.data, hash.data, hash.len) == 0);
}

static void index_slot(struct loop_batch *batch, struct loop_slot *slot)
{
    struct loop_slot *first = uuid_map_get(batch->by_id, &slot->message.id);
    if (!first) {
        uuid_map_put(batch->by_id, &slot->message.id, slot);
        return;
    }
    slot->first = first;
    slot->reused = !same_body(slot,
                              first->envelope->has_body_hash ? first->envelope->body_hash : (ProtobufCBinaryData){0});
}

static bool keeps_id(const struct transaction *t, const struct loop_slot *slot)
{
    return slot->input->commands || !t->runner->options->drops_repeats_itself;
}

static struct pg_result *queue_processed(struct transaction *t)
{
    struct loop_batch *batch = t->batch;
    struct uuid *ids = mem_array(batch->ctx, struct uuid, batch->n_slots);
    size_t n = 0;
    for (size_t i = 0; i < batch->n_slots; i++) {
        struct loop_slot *slot = &batch->slots[i];
        if (!slot->envelope || slot->skip)
            continue;
        index_slot(batch, slot);
        if (!slot->first && keeps_id(t, slot))
            ids[n++] = slot->message.id;
    }
    return loop_store_queue_processed(t->runner->pg, batch->ctx, ids, n);
}

static void mark_repeats(struct loop_batch *batch, const struct pg_result *rows)
{
    for (size_t i = 0; i < pg_rows(rows); i++) {
        struct loop_processed *processed = mem_new(batch->ctx, struct loop_processed);
        loop_store_read_processed(batch->ctx, rows, i, processed);
        struct loop_slot *slot = uuid_map_get(batch->by_id, &processed->message_id);
        if (!slot)
            continue;
        slot->earlier = processed;
        slot->reused = !same_body(slot, processed->body_hash);
    }
}

/* --- load --------------------------------------------------------------------------------------------------------- */

/* Handlers and load are skipped: they already failed for this message. */
static bool is_decided(const struct transaction *t)
{
    return t->forced.dead_reason || t->forced.err;
}

static void handler_begins(struct loop_runner *runner)
{
    atomic_store_explicit(&runner->at_work, ++runner->n_calls, memory_order_relaxed);
}

static void handler_ends(struct loop_runner *runner)
{
    atomic_store_explicit(&runner->at_work, 0, memory_order_relaxed);
}

static void want_all(const struct transaction *t)
{
    struct loop_batch *batch = t->batch;
    handler_begins(t->runner);
    for (size_t i = 0; i < batch->n_slots; i++)
        if (!batch->slots[i].err && !batch->slots[i].skip)
            batch->slots[i].err = loop_want(batch->slots[i].handlers, batch->slots[i].n_handlers,
                                            &batch->slots[i].message);
    handler_ends(t->runner);
}

static struct pg_result *queue_advance(const struct transaction *t)
{
    struct loop_batch *batch = t->batch;
    for (size_t i = 0; i < batch->n_positions; i++)
        if (batch->last[i])
            batch->positions[i].last = loop_last_of(batch->last[i]);
    return loop_store_queue_advance(t->runner->pg, batch->ctx, t->runner->positions->cluster, batch->positions,
                                    batch->n_positions);
}

/* Asked before a transaction begins, and in it: then it is on the connection, and so of the database, that was heard
 * of. */
static bool has_heard(const struct transaction *t)
{
    return is_decided(t) || loop_news_cover(t->runner->news, t->batch->news, loop_batch_newest_us(t->batch));
}

static enum err load(struct transaction *t)
{
    struct loop_batch *batch = t->batch;
    struct pg *pg = t->runner->pg;
    loop_store_queue_begin(pg, batch->ctx, t->runner->hurries ? HURRIED_MS : 0);
    struct pg_result *advanced = queue_advance(t);
    struct pg_result *processed = queue_processed(t);
    if (!is_decided(t))
        loop_states_load(batch->states, pg);
    FAILPOINT("loop.load.before");
    enum err err = FAILPOINT_FAILS("loop.load.fails") ? ERR_RETRY : pg_flush(pg);
    if (err)
        return err;
    if (pg_affected(advanced) != (int64_t)batch->n_positions)
        return ERR_OWNER_LOST;
    if (!has_heard(t))
        return ERR_NOT_HEARD;
    mark_repeats(batch, processed);
    return is_decided(t) ? ERR_OK : loop_states_loaded(batch->states);
}

/* --- apply -------------------------------------------------------------------------------------------------------- */

/* Not the message's own: it is tried again, or alone. */
static bool ends_batch(enum err err)
{
    enum disposition disposition = err_info(err)->disposition;
    return disposition == DISPOSITION_RETRY || disposition == DISPOSITION_FAULT;
}

/* What a handler has said is not taken back, so it decides before it says anything. */
static enum err apply_one(const struct transaction *t, struct loop_slot *slot)
{
    if (t->forced.dead_reason) {
        slot->dead = true;
        return ERR_DEAD_LETTER;
    }
    if (t->forced.err) {
        if (t->forced.field)
            (void)loop_field(&slot->message, t->forced.field, t->forced.err); /* returns what we return below */
        return t->forced.err;
    }
    return loop_apply(slot->handlers, slot->n_handlers, &slot->message);
}

/* The message is marked while its handlers run: should one of them crash, the marker tells which message it was. */
static void apply_marked(const struct transaction *t, struct loop_slot *slot)
{
    const struct loop_offset at = loop_offset_of(t->runner->positions, slot->record);
    log_set_correlation(slot->message.correlation_id);
    loop_marker_handler(&at);
    handler_begins(t->runner);
    FAILPOINT("loop.handler.before");
    slot->err = apply_one(t, slot);
    handler_ends(t->runner);
    loop_marker_handler(NULL);
    log_set_correlation(NULL);
}

static enum err apply(const struct transaction *t)
{
    struct loop_batch *batch = t->batch;
    for (size_t i = 0; i < batch->n_slots; i++) {
        struct loop_slot *slot = &batch->slots[i];
        if (slot->skip || slot->earlier || slot->first)
            continue;
        if (!slot->err)
            apply_marked(t, slot);
        else if (slot->err == ERR_MALFORMED)
            slot->dead = !t->letter;
        if (slot->err && t->letter)
            return slot->err; /* the letter stays as it is: nobody would hear of a rejection */
        if (!slot->dead && ends_batch(slot->err))
            return slot->err;
    }
    return ERR_OK;
}

/* A repeat in the same batch as well: the first one's commit is its own. */
static bool waits_for_events(const struct loop_slot *slot)
{
    return slot->first ? slot->first->after_events : slot->after_events;
}

/* Nobody is told of the first yet, and another owner may have to tell its records: whoever repeats it asks. */
static bool is_held(const struct loop_slot *slot)
{
    return slot->earlier && slot->earlier->is_held;
}

static void settle_slot(const struct transaction *t, struct loop_slot *slot, struct pg_args *processed, int64_t now_us)
{
    struct loop_batch *batch = t->batch;
    bool repeat = slot->earlier || slot->first;
    if (!slot->envelope || slot->skip)
        return;
    if (!repeat && keeps_id(t, slot))
        loop_outcome_keep(processed, slot, now_us);
    if (!slot->input->commands)
        return;
    Pb__Outcome *outcome = repeat ? loop_outcome_repeated(slot, now_us) : loop_outcome(slot, now_us);
    metric_add(outcome->code ? &loop_metric_rejected : &loop_metric_applied, 1);
    if (!outcome->has_body_hash)
        return; /* nobody waits: a service sent it */
    if (is_held(slot))
        return;
    if (waits_for_events(slot))
        array_add(batch->ctx, &batch->late_outcomes, outcome);
    else
        array_add(batch->ctx, &batch->outcomes, outcome);
}

/* --- write, commit ------------------------------------------------------------------------------------------------ */

static void queue_dead(const struct transaction *t, const struct loop_slot *slot)
{
    TALLOC_CTX *ctx = t->batch->ctx;
    struct loop_dead dead = {
        .at = loop_offset_of(t->runner->positions, slot->record),
        .appended_at_us = slot->record->append_time_us,
        .died_at_us = clock_now_us(),
        .kind = slot->envelope ? slot->envelope->kind : NULL,
        .reason = t->forced.dead_reason ? t->forced.dead_reason : "malformed",
        .key = slot->envelope ? slot->envelope->aggregate_id /* the record's may be another's, in a bundle */
                              : mem_bytes(ctx, slot->record->key, slot->record->key_bytes),
        .record = mem_bytes(ctx, slot->record->value, slot->record->value_bytes),
    };
    loop_store_queue_dead(t->runner->pg, ctx, &dead);
    metric_add(&loop_metric_dead, 1);
    log_error("dead_letter", "topic=%s partition=%d offset=%lld.%d reason=\"%s\"", topic_name(slot->record->topic),
              slot->record->partition, (long long)slot->record->offset, slot->record->place, dead.reason);
}

static void queue_outbox(struct transaction *t)
{
    struct loop_batch *batch = t->batch;
    struct pg_args *outbox = loop_store_outbox_args(batch->ctx);
    t->has_notice = loop_notice_of(batch, &t->notice);
    if (t->has_notice)
        loop_store_add_outbox(outbox, t->runner->positions->cluster, t->notice.row.topic, t->notice.row.partition,
                              mem_pack(batch->ctx, &t->notice.announcement->base));
    t->row = pg_queue(t->runner->pg, outbox);
    if (t->runner->options->n_compacted > 0)
        t->marking = loop_store_queue_marking(t->runner->pg, batch->ctx);
}

/* Events of kinds that no part takes: a newer binary may take them, and must know that they came. */
static void queue_skipped(const struct transaction *t)
{
    struct loop_batch *batch = t->batch;
    struct pg_args *kinds = loop_store_kind_args(batch->ctx);
    for (size_t i = 0; i < batch->n_slots; i++)
        if (batch->slots[i].skip)
            loop_store_add_kind(kinds, (int32_t)batch->slots[i].message.topic, batch->slots[i].envelope->kind);
    pg_queue(t->runner->pg, kinds);
}

static void settle_slots(const struct transaction *t, struct pg_args *processed)
{
    struct loop_batch *batch = t->batch;
    int64_t now_us = clock_now_us();
    for (size_t i = 0; i < batch->n_slots; i++) {
        settle_slot(t, &batch->slots[i], processed, now_us);
        if (batch->slots[i].dead)
            queue_dead(t, &batch->slots[i]);
    }
}

static enum err commit(struct pg *pg)
{
    FAILPOINT("loop.commit.before");
    if (FAILPOINT_FAILS("loop.commit.fails"))
        return ERR_RETRY;
    pg_queue_sql(pg, "COMMIT");
    enum err err = pg_flush(pg);
    FAILPOINT("loop.commit.after");
    return err;
}

/* A letter's second life has no owner who would announce it. */
static void queue_letter(struct transaction *t)
{
    struct loop_batch *batch = t->batch;
    Pb__Announcement a = PB__ANNOUNCEMENT__INIT;
    struct loop_notice notice;
    if (loop_notice_of(batch, &notice))
        a = *notice.announcement;
    a.tags = loop_batch_tags(batch, &a.n_tags);
    if (a.n_tags + a.n_messages > 0)
        loop_store_queue_loose(t->runner->pg, batch->ctx, mem_pack(batch->ctx, &a.base));
    loop_store_queue_drop_dead(t->runner->pg, batch->ctx, &t->letter->at);
}

static enum err write_and_commit(struct transaction *t)
{
    struct loop_batch *batch = t->batch;
    struct pg *pg = t->runner->pg;
    struct pg_args *processed = loop_store_processed_args(batch->ctx);
    settle_slots(t, processed);
    if (!is_decided(t))
        loop_states_write(batch->states, pg);
    pg_queue(pg, processed);
    queue_skipped(t);
    if (batch->timers)
        pg_queue(pg, batch->timers);
    if (t->letter)
        queue_letter(t);
    else
        queue_outbox(t);
    return commit(pg);
}

static void move_positions(const struct transaction *t)
{
    for (size_t i = 0; i < t->batch->n_positions; i++) {
        const struct loop_position *moved = &t->batch->positions[i];
        loop_positions_find(t->runner->positions, (enum topic)moved->topic, moved->partition)->position = *moved;
    }
}

/* --- run ---------------------------------------------------------------------------------------------------------- */

static void refused_by(const struct transaction *t, enum err err, struct loop_forced *forced)
{
    if (err != ERR_CONSTRAINT)
        return;
    const struct loop_constraint *constraint = loop_find_constraint(t->runner->options, pg_constraint(t->runner->pg));
    if (!constraint)
        return;
    forced->err = constraint->err;
    forced->field = constraint->field;
}

/* The batch's context goes along with what it holds. */
static struct loop_unannounced unannounced_of(struct transaction *t)
{
    struct loop_batch *batch = t->batch;
    struct loop_unannounced unannounced = {.n = t->has_notice,
                                           .marking = t->marking ? loop_store_marking(t->marking) : 0};
    if (t->has_notice)
        t->notice.row = loop_store_outbox_row(t->row, 0);
    unannounced.notices = mem_copy(batch->ctx, &t->notice, sizeof t->notice);
    unannounced.told.tags = loop_batch_tags(batch, &unannounced.told.n_tags);
    unannounced.told.outcomes = batch->outcomes.items;
    unannounced.told.n_outcomes = batch->outcomes.n;
    unannounced.late.outcomes = batch->late_outcomes.items;
    unannounced.late.n_outcomes = batch->late_outcomes.n;
    if (unannounced.n + unannounced.told.n_tags + unannounced.told.n_outcomes + unannounced.late.n_outcomes > 0 ||
        unannounced.marking > 0)
        unannounced.ctx = batch->ctx;
    return unannounced;
}

/* Only what PostgreSQL takes back as text: a message cut inside a character is not. */
static void keep_failure(struct loop_runner *runner, enum err err)
{
    const char *message = pg_message(runner->pg);
    size_t n = 0;
    for (; n + 1 < sizeof runner->failure && message[n]; n++)
        runner->failure[n] = message[n] & 0x80 ? '?' : message[n];
    runner->failure[n] = '\0';
    if (n == 0)
        (void)snprintf(runner->failure, sizeof runner->failure, "%s", err_word(err));
}

/* An error: nothing happened. */
static enum err transact(struct transaction *t, struct loop_forced *forced)
{
    struct pg *pg = t->runner->pg;
    if (!is_decided(t))
        want_all(t);
    if (!has_heard(t))
        return ERR_NOT_HEARD;
    enum err err = load(t);
    if (!err)
        err = apply(t);
    if (!err)
        err = write_and_commit(t);
    if (!err)
        return ERR_OK;
    refused_by(t, err, forced);
    keep_failure(t->runner, err);
    enum err undone = pg_is_connected(pg) ? loop_store_rollback(pg) : ERR_OK;
    if (undone)
        log_warn("rollback_failed", "err=%s", err_word(undone)); /* the connection is gone, and the transaction too */
    return err;
}

static struct loop_batch *batch_for(const struct loop_runner *runner, size_t n)
{
    TALLOC_CTX *ctx = mem_pool(NULL, "batch", n * MESSAGE_POOL_BYTES);
    struct loop_batch *batch = loop_batch_new(ctx, runner->options->parts, runner->options->n_parts, n);
    batch->heard_by = runner->news;
    return batch;
}

/* Ends the batch: its context is freed unless it has something to announce. */
static enum err finish(struct transaction *t, struct loop_forced *forced, struct loop_unannounced *ret_unannounced)
{
    enum err err = t->batch->n_slots > 0 ? transact(t, forced) : ERR_OK;
    loop_marker_clear();
    log_set_correlation(NULL);
    if (!err)
        move_positions(t);
    if (!t->letter)
        loop_obstacles_reached(t->runner->positions, !err);
    *ret_unannounced = err || t->letter ? (struct loop_unannounced){.n = 0} : unannounced_of(t);
    if (!ret_unannounced->ctx)
        mem_free(t->batch->ctx);
    return err;
}

enum err loop_batch_run(struct loop_runner *runner, const struct kafka_record records[], size_t n,
                        struct loop_forced *forced, struct loop_unannounced *ret_unannounced)
{
    struct transaction t = {.runner = runner, .batch = batch_for(runner, n), .forced = *forced};
    const struct loop_offset first = loop_offset_of(runner->positions, &records[0]);
    *forced = (struct loop_forced){0};
    loop_marker_begin(&first, n);
    for (size_t i = 0; i < n; i++)
        loop_open_next(t.batch, runner->options, runner->positions, &records[i], t.forced.dead_reason != NULL);
    return finish(&t, forced, ret_unannounced);
}

enum err loop_batch_replay(struct loop_runner *runner, const struct loop_dead *letter)
{
    struct transaction t = {.runner = runner, .batch = batch_for(runner, 1), .letter = letter};
    struct loop_forced ignored = {0};
    struct loop_unannounced none; /* it went as a loose row */
    const struct kafka_record record = {.topic = (enum topic)letter->at.topic,
                                        .partition = letter->at.partition,
                                        .offset = letter->at.offset,
                                        .append_time_us = letter->appended_at_us,
                                        .key = letter->key.data,
                                        .key_bytes = letter->key.len,
                                        .value = letter->record.len > 0 ? letter->record.data : NULL,
                                        .value_bytes = letter->record.len};
    loop_open(&t.batch->slots[0], t.batch, runner->options, &record);
    enum err err = t.batch->slots[0].err;
    t.batch->n_slots = err ? 0 : 1;
    enum err ran = finish(&t, &ignored, &none);
    return err ? err : ran;
}
