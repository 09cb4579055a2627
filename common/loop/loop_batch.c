#include "common/loop/loop_batch.h"

#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "common/loop/loop_marker.h"
#include "common/loop/loop_open.h"
#include "common/loop/loop_outcome.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_POOL_BYTES = 6 * 1024 }; /* what a usual message makes, from its envelope to its outcome */

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
struct metric loop_metric_batch = {
    .name = "sotay_batch_seconds", .help = "From poll to announcement", .type = METRIC_HISTOGRAM};

/* A batch on its way through the transaction. */
struct run {
    struct loop_runner *runner;
    struct loop_batch *batch;
    struct loop_forced forced;
    const struct loop_dead *letter; /* run again, beside the queue: no position moves */
    int64_t whole;                  /* what a crash between handlers is put down to: the only message, or -1 */
    struct loop_notice notices[LOOP_PARTITIONS_LIMIT + 1];
    size_t n_notices;
    struct pg_result *rows; /* of the notices, in their order, once flushed */
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

static struct pg_result *queue_seen(struct run *run)
{
    struct loop_batch *batch = run->batch;
    struct uuid *ids = mem_array(batch->ctx, struct uuid, batch->n_slots);
    size_t n = 0;
    for (size_t i = 0; i < batch->n_slots; i++) {
        struct loop_slot *slot = &batch->slots[i];
        if (!slot->envelope || slot->skip)
            continue;
        index_slot(batch, slot);
        if (!slot->first)
            ids[n++] = slot->message.id;
    }
    return loop_store_queue_seen(run->runner->pg, batch->ctx, ids, n);
}

static void mark_seen(struct loop_batch *batch, const struct pg_result *rows)
{
    for (size_t i = 0; i < pg_rows(rows); i++) {
        struct loop_seen *seen = mem_new(batch->ctx, struct loop_seen);
        loop_store_read_seen(batch->ctx, rows, i, seen);
        struct loop_slot *slot = uuid_map_get(batch->by_id, &seen->message_id);
        if (!slot)
            continue;
        slot->seen = seen;
        slot->reused = !same_body(slot, seen->body_hash);
    }
}

/* --- load --------------------------------------------------------------------------------------------------------- */

/* Handlers and load are skipped: they already failed for this message. */
static bool is_decided(const struct run *run)
{
    return run->forced.dead_reason || run->forced.err;
}

static void want(struct loop_slot *slot)
{
    for (size_t i = 0; i < slot->n_handlers && !slot->err; i++)
        if (slot->handlers[i]->want)
            slot->err = slot->handlers[i]->want(&slot->message);
}

static void want_all(struct loop_batch *batch)
{
    for (size_t i = 0; i < batch->n_slots; i++)
        if (!batch->slots[i].err && !batch->slots[i].skip)
            want(&batch->slots[i]);
}

static enum err load(struct run *run)
{
    struct loop_batch *batch = run->batch;
    struct pg *pg = run->runner->pg;
    if (!is_decided(run))
        want_all(batch);
    pg_queue_sql(pg, "BEGIN");
    struct pg_result *advanced = loop_store_queue_advance(pg, batch->ctx, run->runner->positions->cluster,
                                                          batch->positions, batch->n_positions);
    struct pg_result *seen = queue_seen(run);
    if (!is_decided(run))
        loop_states_load(batch->states, pg);
    FAILPOINT("loop.load.before");
    enum err err = FAILPOINT_FAILS("loop.load.fails") ? ERR_RETRY : pg_flush(pg);
    if (err)
        return err;
    if (pg_affected(advanced) != (int64_t)batch->n_positions)
        return ERR_OWNER_LOST;
    mark_seen(batch, seen);
    return is_decided(run) ? ERR_OK : loop_states_loaded(batch->states);
}

/* --- apply -------------------------------------------------------------------------------------------------------- */

/* Not the message's own: it is tried again, or alone. */
static bool ends_batch(enum err err)
{
    enum disposition disposition = err_info(err)->disposition;
    return disposition == DISPOSITION_RETRY || disposition == DISPOSITION_FAULT;
}

/* A rejection may not leave half a word behind: what it said before it changed its mind is not taken back, so handlers
 * decide first. */
static enum err apply_one(const struct run *run, struct loop_slot *slot)
{
    if (run->forced.dead_reason) {
        slot->dead = true;
        return ERR_DEAD_LETTER;
    }
    if (run->forced.err) {
        if (run->forced.field)
            (void)loop_field(&slot->message, run->forced.field, run->forced.err); /* returns what we return below */
        return run->forced.err;
    }
    enum err err = ERR_OK;
    for (size_t i = 0; i < slot->n_handlers && !err; i++)
        err = slot->handlers[i]->apply(&slot->message);
    return err;
}

/* The message is marked while its handlers run: should one of them crash, the marker tells which message it was. */
static void apply_marked(const struct run *run, struct loop_slot *slot)
{
    const char *cluster = run->runner->positions->cluster;
    const struct kafka_record *record = slot->record;
    log_set_correlation(slot->message.correlation_id);
    loop_marker_set(cluster, (int)record->topic, record->partition, record->offset);
    slot->err = apply_one(run, slot);
    loop_marker_set(cluster, (int)record->topic, record->partition, run->whole);
    log_set_correlation(NULL);
}

static enum err apply(const struct run *run)
{
    struct loop_batch *batch = run->batch;
    for (size_t i = 0; i < batch->n_slots; i++) {
        struct loop_slot *slot = &batch->slots[i];
        if (slot->skip || slot->seen || slot->first)
            continue;
        if (slot->err == ERR_MALFORMED)
            slot->dead = true;
        else if (!slot->err)
            apply_marked(run, slot);
        if (!slot->dead && ends_batch(slot->err))
            return slot->err;
    }
    return ERR_OK;
}

static void settle_slot(struct loop_batch *batch, struct loop_slot *slot, struct pg_args *seen, int64_t now_us)
{
    bool repeat = slot->seen || slot->first;
    if (!slot->envelope || slot->skip)
        return;
    if (!repeat)
        loop_outcome_keep(seen, slot, now_us);
    if (!slot->input->commands)
        return;
    metric_add(loop_rejection(slot) ? &loop_metric_rejected : &loop_metric_applied, 1);
    array_add(batch->ctx, &batch->outcomes, repeat ? loop_outcome_repeated(slot, now_us) : loop_outcome(slot, now_us));
    array_add(batch->ctx, &batch->replies,
              slot->envelope->reply_to ? slot->envelope->reply_to : mem_text(batch->ctx, ""));
}

/* --- write, commit ------------------------------------------------------------------------------------------------ */

static void queue_dead(const struct run *run, const struct loop_slot *slot)
{
    TALLOC_CTX *ctx = run->batch->ctx;
    struct loop_dead dead = {
        .at = {.cluster = run->runner->positions->cluster,
               .topic = (int32_t)slot->record->topic,
               .partition = slot->record->partition,
               .offset = slot->record->offset},
        .appended_at_us = slot->record->append_time_us,
        .died_at_us = clock_now_us(),
        .kind = slot->envelope ? slot->envelope->kind : NULL,
        .reason = run->forced.dead_reason ? run->forced.dead_reason : "malformed",
        .key = mem_bytes(ctx, slot->record->key, slot->record->key_bytes),
        .record = mem_bytes(ctx, slot->record->value, slot->record->value_bytes),
    };
    loop_store_queue_dead(run->runner->pg, ctx, &dead);
    metric_add(&loop_metric_dead, 1);
    log_error("dead_letter", "topic=%s partition=%d offset=%lld reason=\"%s\"", topic_name(slot->record->topic),
              slot->record->partition, (long long)slot->record->offset, dead.reason);
}

static void queue_outbox(struct run *run)
{
    struct loop_batch *batch = run->batch;
    struct pg_args *outbox = loop_store_outbox_args(batch->ctx);
    run->n_notices = loop_notices(batch, run->notices);
    for (size_t i = 0; i < run->n_notices; i++) {
        const struct loop_notice *notice = &run->notices[i];
        loop_store_add_outbox(outbox, run->runner->positions->cluster, notice->row.topic, notice->row.partition,
                              mem_pack(batch->ctx, &notice->announcement->base));
    }
    run->rows = pg_queue(run->runner->pg, outbox);
}

static void settle_slots(const struct run *run, struct pg_args *seen)
{
    struct loop_batch *batch = run->batch;
    int64_t now_us = clock_now_us();
    for (size_t i = 0; i < batch->n_slots; i++) {
        settle_slot(batch, &batch->slots[i], seen, now_us);
        if (batch->slots[i].dead)
            queue_dead(run, &batch->slots[i]);
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
static void queue_letter(struct run *run)
{
    struct loop_batch *batch = run->batch;
    struct loop_notice notice;
    assert(!batch->has_records); /* these follow from commands, which go through the queue again */
    if (loop_notices(batch, &notice) > 0)
        loop_store_queue_loose(run->runner->pg, batch->ctx, mem_pack(batch->ctx, &notice.announcement->base));
    loop_store_queue_drop_dead(run->runner->pg, batch->ctx, &run->letter->at);
}

static enum err write_and_commit(struct run *run)
{
    struct loop_batch *batch = run->batch;
    struct pg *pg = run->runner->pg;
    struct pg_args *seen = loop_store_seen_args(batch->ctx);
    settle_slots(run, seen);
    if (!is_decided(run))
        loop_states_write(batch->states, pg);
    pg_queue(pg, seen);
    if (batch->timers)
        pg_queue(pg, batch->timers);
    if (run->letter)
        queue_letter(run);
    else
        queue_outbox(run);
    return commit(pg);
}

static void move_positions(const struct run *run)
{
    for (size_t i = 0; i < run->batch->n_positions; i++) {
        const struct loop_position *moved = &run->batch->positions[i];
        loop_positions_find(run->runner->positions, (enum topic)moved->topic, moved->partition)->position.next =
            moved->next;
    }
}

/* --- run ---------------------------------------------------------------------------------------------------------- */

static void refused_by(const struct run *run, enum err err, struct loop_forced *forced)
{
    if (err != ERR_CONSTRAINT)
        return;
    const struct loop_constraint *constraint = loop_find_constraint(run->runner->options,
                                                                    pg_constraint(run->runner->pg));
    if (!constraint)
        return;
    forced->err = constraint->err;
    forced->field = constraint->field;
}

/* The batch's context goes to its flight. */
static struct loop_flight *flight_of(struct run *run)
{
    for (size_t i = 0; i < run->n_notices; i++)
        run->notices[i].row = loop_store_outbox_row(run->rows, i);
    bool after_events = run->batch->after_events;
    struct loop_flight *flight = loop_flight_new(run->batch->ctx, run->notices, run->n_notices);
    flight->after_events = after_events;
    return flight;
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
static enum err transact(struct run *run, struct loop_forced *forced)
{
    struct pg *pg = run->runner->pg;
    enum err err = load(run);
    if (!err)
        err = apply(run);
    if (!err)
        err = write_and_commit(run);
    if (!err)
        return ERR_OK;
    refused_by(run, err, forced);
    keep_failure(run->runner, err);
    if (pg_is_connected(pg) && loop_store_rollback(pg))
        log_warn("rollback_failed", "err=%s", err_word(err)); /* the connection is gone, and the transaction with it */
    return err;
}

static struct loop_batch *batch_for(const struct loop_runner *runner, size_t n)
{
    TALLOC_CTX *ctx = mem_pool(NULL, "batch", n * MESSAGE_POOL_BYTES);
    return loop_batch_new(ctx, runner->options->parts, runner->options->n_parts, n);
}

/* OK: the batch's context may have gone to a flight. */
static enum err run_opened(struct run *run, struct loop_forced *forced, struct loop_flight **ret_flight)
{
    enum err err = run->batch->n_slots > 0 ? transact(run, forced) : ERR_OK;
    loop_marker_set(NULL, 0, 0, 0);
    log_set_correlation(NULL);
    if (!err)
        move_positions(run);
    *ret_flight = !err && run->n_notices > 0 ? flight_of(run) : NULL;
    if (!*ret_flight)
        mem_free(run->batch->ctx);
    return err;
}

enum err loop_batch_run(struct loop_runner *runner, const struct kafka_record records[], size_t n,
                        struct loop_forced *forced, struct loop_flight **ret_flight)
{
    struct run run = {
        .runner = runner, .batch = batch_for(runner, n), .forced = *forced, .whole = n == 1 ? records[0].offset : -1};
    *forced = (struct loop_forced){0};
    int64_t started_us = clock_monotonic_us();
    loop_marker_set(runner->positions->cluster, (int)records[0].topic, records[0].partition, run.whole);
    for (size_t i = 0; i < n; i++)
        loop_open_next(run.batch, runner->options, runner->positions, &records[i]);
    enum err err = run_opened(&run, forced, ret_flight);
    metric_observe_us(&loop_metric_batch, clock_monotonic_us() - started_us);
    return err;
}

enum err loop_batch_replay(struct loop_runner *runner, const struct loop_dead *letter)
{
    struct run run = {.runner = runner, .batch = batch_for(runner, 1), .letter = letter};
    struct loop_forced ignored = {0};
    struct loop_flight *none;
    const struct kafka_record record = {.topic = (enum topic)letter->at.topic,
                                        .partition = letter->at.partition,
                                        .offset = letter->at.offset,
                                        .append_time_us = letter->appended_at_us,
                                        .key = letter->key.data,
                                        .key_bytes = letter->key.len,
                                        .value = letter->record.len > 0 ? letter->record.data : NULL,
                                        .value_bytes = letter->record.len};
    loop_open(&run.batch->slots[0], run.batch, runner->options, &record);
    enum err err = run.batch->slots[0].err;
    run.batch->n_slots = err ? 0 : 1;
    enum err ran = run_opened(&run, &ignored, &none);
    return err ? err : ran;
}
