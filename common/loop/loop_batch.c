/* One batch, one transaction: open, load, apply, write, commit, hand over to the announcer (loop.h draws it). */
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/loop/loop_internal.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_POOL_BYTES = 6 * 1024 }; /* what a usual message makes, from its envelope to its outcome */

/* --- open --------------------------------------------------------------------------------------------------------- */

static const struct loop_input *find_input(const struct loop_options *options, enum topic topic)
{
    for (size_t i = 0; i < options->n_inputs; i++)
        if (options->inputs[i].topic == topic)
            return &options->inputs[i];
    return NULL;
}

static size_t find_handlers(struct loop_slot *slot, enum topic topic, const char *kind)
{
    const struct loop_options *options = slot->message.batch->loop->options;
    return loop_find_handlers(options->parts, options->n_parts, topic, kind, slot->handlers);
}

static void open_raw(struct loop_slot *slot, const struct kafka_record *record)
{
    struct loop_message *m = &slot->message;
    const void *parts[] = {topic_name(record->topic), &record->partition, &record->offset};
    const size_t bytes[] = {strlen(parts[0]), sizeof record->partition, sizeof record->offset};
    slot->n_handlers = find_handlers(slot, record->topic, NULL);
    m->id = uuid_hash(3, parts, bytes);
    m->now_us = record->append_time_us;
    if (record->key_bytes != sizeof m->aggregate.bytes) {
        slot->err = ERR_MALFORMED;
        return;
    }
    memcpy(m->aggregate.bytes, record->key, sizeof m->aggregate.bytes);
    if (!record->value)
        return;
    m->body = mem_unpack(m->ctx, slot->handlers[0]->type, record->value, record->value_bytes);
    if (!m->body)
        slot->err = ERR_MALFORMED;
}

/* The envelope's ids and times; ERR_MALFORMED where they are not what they must be. */
static enum err read_envelope(struct loop_message *m, const Pb__Envelope *envelope, int64_t append_time_us)
{
    if (uuid_from_pb(envelope->message_id, &m->id) || uuid_from_pb(envelope->aggregate_id, &m->aggregate))
        return ERR_MALFORMED;
    if (envelope->actor) {
        m->has_actor = true;
        if (uuid_from_pb(envelope->actor->member_id, &m->actor))
            return ERR_MALFORMED;
    }
    m->has_if_version = envelope->has_if_version;
    m->if_version = envelope->if_version;
    m->correlation_id = envelope->correlation_id;
    m->now_us = append_time_us + (envelope->has_clock_offset_us ? envelope->clock_offset_us : 0);
    return ERR_OK;
}

static void open_envelope(struct loop_slot *slot, const struct kafka_record *record)
{
    struct loop_message *m = &slot->message;
    ProtobufCMessage *opened = record->value
                                   ? mem_unpack(m->ctx, &pb__envelope__descriptor, record->value, record->value_bytes)
                                   : NULL;
    if (!opened) {
        slot->err = ERR_MALFORMED;
        return;
    }
    const Pb__Envelope *envelope = (const Pb__Envelope *)opened;
    slot->err = read_envelope(m, envelope, record->append_time_us);
    if (slot->err)
        return;
    slot->envelope = envelope;
    slot->n_handlers = find_handlers(slot, record->topic, envelope->kind);
    if (slot->n_handlers == 0) {
        slot->skip = !slot->input->commands;
        slot->err = slot->input->commands ? ERR_UNKNOWN_KIND : ERR_OK;
        return;
    }
    m->body = mem_unpack(m->ctx, slot->handlers[0]->type, envelope->payload.data, envelope->payload.len);
    if (!m->body)
        slot->err = ERR_MALFORMED;
}

/* Returns its index among the batch's positions. */
static size_t count_position(struct loop_batch *batch, const struct kafka_record *record)
{
    for (size_t i = 0; i < batch->n_positions; i++) {
        struct loop_position *p = &batch->positions[i];
        if (p->topic == (int32_t)record->topic && p->partition == record->partition) {
            p->next = record->offset + 1;
            return i;
        }
    }
    struct loop_position *p = &batch->positions[batch->n_positions++];
    *p = loop_find_partition(batch->loop, record->topic, record->partition)->position;
    p->expected = p->next;
    p->next = record->offset + 1;
    return batch->n_positions - 1;
}

static struct loop_slot *open_slot(struct loop_batch *batch, const struct kafka_record *record)
{
    struct loop_slot *slot = &batch->slots[batch->n_slots];
    slot->record = record;
    slot->input = find_input(batch->loop->options, record->topic);
    slot->message = (struct loop_message){.topic = record->topic, .batch = batch, .ctx = batch->ctx};
    if (slot->input->raw)
        open_raw(slot, record);
    else
        open_envelope(slot, record);
    return slot;
}

/* True when the record is of this batch: not of a partition that waits for a newer binary, not below its position. */
static bool open_record(struct loop_batch *batch, const struct kafka_record *record)
{
    struct loop_partition *partition = loop_find_partition(batch->loop, record->topic, record->partition);
    if (!partition || partition->stuck || record->offset < partition->position.next)
        return false;
    struct loop_slot *slot = open_slot(batch, record);
    if (slot->err == ERR_UNKNOWN_KIND) {
        log_error("unknown_command", "topic=%s partition=%d offset=%lld kind=%s", topic_name(record->topic),
                  record->partition, (long long)record->offset, slot->envelope->kind);
        partition->stuck = true;
        return false;
    }
    batch->n_slots++;
    slot->position = count_position(batch, record);
    return true;
}

/* --- repeats ------------------------------------------------------------------------------------------------------ */

static bool same_body(const struct loop_slot *slot, ProtobufCBinaryData hash)
{
    ProtobufCBinaryData mine = slot->envelope->has_body_hash ? slot->envelope->body_hash : (ProtobufCBinaryData){0};
    return mine.len == hash.len && (mine.len == 0 || memcmp(mine.data, hash.data, hash.len) == 0);
}

static void index_slot(struct loop_batch *batch, struct loop_slot *slot)
{
    struct loop_slot *first = NULL;
    HASH_FIND(by_id, batch->by_id, &slot->message.id, sizeof slot->message.id, first);
    if (!first) {
        HASH_ADD(by_id, batch->by_id, message.id, sizeof slot->message.id, slot);
        return;
    }
    slot->first = first;
    slot->reused = !same_body(slot,
                              first->envelope->has_body_hash ? first->envelope->body_hash : (ProtobufCBinaryData){0});
}

static struct pg_result *queue_seen(struct loop_batch *batch)
{
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
    return loop_store_queue_seen(batch->loop->pg, batch->ctx, ids, n);
}

static void mark_seen(struct loop_batch *batch, const struct pg_result *rows)
{
    for (size_t i = 0; i < pg_rows(rows); i++) {
        struct loop_seen *seen = mem_new(batch->ctx, struct loop_seen);
        struct loop_slot *slot = NULL;
        loop_store_read_seen(batch->ctx, rows, i, seen);
        HASH_FIND(by_id, batch->by_id, &seen->message_id, sizeof seen->message_id, slot);
        if (!slot)
            continue;
        slot->seen = seen;
        slot->reused = !same_body(slot, seen->body_hash);
    }
}

/* --- load --------------------------------------------------------------------------------------------------------- */

/* Its handler and what belongs to it are not asked again: they are what failed. */
static bool is_decided(const struct loop_batch *batch)
{
    return batch->burial || batch->forced;
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

static enum err load(struct loop_batch *batch)
{
    struct loop *loop = batch->loop;
    bool decided = is_decided(batch);
    if (!decided)
        want_all(batch);
    pg_queue_sql(loop->pg, "BEGIN");
    struct pg_result *advanced = loop_store_queue_advance(loop->pg, batch->ctx, loop->cluster, batch->positions,
                                                          batch->n_positions);
    struct pg_result *seen = queue_seen(batch);
    if (!decided)
        loop_states_load(batch->states, loop->pg);
    FAILPOINT("loop.load.before");
    enum err err = FAILPOINT_FAILS("loop.load.fails") ? ERR_RETRY : pg_flush(loop->pg);
    if (err)
        return err;
    if (pg_affected(advanced) != (int64_t)batch->n_positions)
        return ERR_OWNER_LOST;
    mark_seen(batch, seen);
    return decided ? ERR_OK : loop_states_loaded(batch->states);
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
static enum err apply_one(struct loop_batch *batch, struct loop_slot *slot)
{
    if (batch->burial) {
        slot->dead = true;
        return ERR_DEAD_LETTER;
    }
    if (batch->forced) {
        if (batch->forced_field)
            (void)loop_field(&slot->message, batch->forced_field, batch->forced); /* returns what we return below */
        return batch->forced;
    }
    enum err err = ERR_OK;
    for (size_t i = 0; i < slot->n_handlers && !err; i++)
        err = slot->handlers[i]->apply(&slot->message);
    return err;
}

/* The message is marked while a handler has it in hand: should the handler crash, the marker tells which it was. */
static void apply_marked(struct loop_batch *batch, struct loop_slot *slot)
{
    const struct kafka_record *record = slot->record;
    log_set_correlation(slot->message.correlation_id);
    loop_marker_set(batch->loop->cluster, (int)record->topic, record->partition, record->offset);
    slot->err = apply_one(batch, slot);
    loop_marker_set(batch->loop->cluster, (int)record->topic, record->partition, batch->whole);
    log_set_correlation(NULL);
}

static enum err apply(struct loop_batch *batch)
{
    for (size_t i = 0; i < batch->n_slots; i++) {
        struct loop_slot *slot = &batch->slots[i];
        if (slot->skip || slot->seen || slot->first)
            continue;
        if (slot->err == ERR_MALFORMED)
            slot->dead = true;
        else if (!slot->err)
            apply_marked(batch, slot);
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
    loop_list_add(batch->ctx, &batch->outcomes,
                  repeat ? loop_outcome_repeated(slot, now_us) : loop_outcome(slot, now_us));
    loop_list_add(batch->ctx, &batch->replies,
                  slot->envelope->reply_to ? slot->envelope->reply_to : mem_text(batch->ctx, ""));
}

/* --- write, commit ------------------------------------------------------------------------------------------------ */

static void queue_dead(struct loop_batch *batch, const struct loop_slot *slot)
{
    struct loop_dead dead = {
        .at = {.cluster = batch->loop->cluster,
               .topic = (int32_t)slot->record->topic,
               .partition = slot->record->partition,
               .offset = slot->record->offset},
        .appended_at_us = slot->record->append_time_us,
        .died_at_us = clock_now_us(),
        .kind = slot->envelope ? slot->envelope->kind : NULL,
        .reason = batch->burial ? batch->burial : "malformed",
        .key = mem_bytes(batch->ctx, slot->record->key, slot->record->key_bytes),
        .record = mem_bytes(batch->ctx, slot->record->value, slot->record->value_bytes),
    };
    loop_store_queue_dead(batch->loop->pg, batch->ctx, &dead);
    metric_add(&loop_metric_dead, 1);
    log_error("dead_letter", "topic=%s partition=%d offset=%lld reason=\"%s\"", topic_name(slot->record->topic),
              slot->record->partition, (long long)slot->record->offset, dead.reason);
}

/* What a commit tells, and the queued rows that keep it. */
struct telling {
    struct loop_notice parts[LOOP_PARTITIONS_LIMIT + 1];
    size_t n;
    struct pg_result *rows; /* in the order of the parts, once flushed */
};

static void queue_outbox(struct loop_batch *batch, struct telling *telling)
{
    struct pg_args *outbox = loop_store_outbox_args(batch->ctx);
    telling->n = loop_notices(batch, telling->parts);
    for (size_t i = 0; i < telling->n; i++) {
        const struct loop_notice *part = &telling->parts[i];
        loop_store_add_outbox(outbox, batch->loop->cluster, part->row.topic, part->row.partition,
                              mem_pack(batch->ctx, &part->announcement->base));
    }
    telling->rows = pg_queue(batch->loop->pg, outbox);
}

static void settle_slots(struct loop_batch *batch, struct pg_args *seen)
{
    int64_t now_us = clock_now_us();
    for (size_t i = 0; i < batch->n_slots; i++) {
        settle_slot(batch, &batch->slots[i], seen, now_us);
        if (batch->slots[i].dead)
            queue_dead(batch, &batch->slots[i]);
    }
}

static enum err commit(struct loop_batch *batch)
{
    FAILPOINT("loop.commit.before");
    if (FAILPOINT_FAILS("loop.commit.fails"))
        return ERR_RETRY;
    pg_queue_sql(batch->loop->pg, "COMMIT");
    enum err err = pg_flush(batch->loop->pg);
    FAILPOINT("loop.commit.after");
    return err;
}

/* A letter's second life has no owner to fly it. */
static void queue_letter(struct loop_batch *batch)
{
    struct pg *pg = batch->loop->pg;
    struct loop_notice part;
    assert(!batch->has_records); /* these follow from commands, which go through the queue again */
    if (loop_notices(batch, &part) > 0)
        loop_store_queue_loose(pg, batch->ctx, mem_pack(batch->ctx, &part.announcement->base));
    loop_store_queue_drop_dead(pg, batch->ctx, &batch->letter->at);
}

static enum err write_and_commit(struct loop_batch *batch, struct telling *telling)
{
    struct pg *pg = batch->loop->pg;
    struct pg_args *seen = loop_store_seen_args(batch->ctx);
    settle_slots(batch, seen);
    if (!is_decided(batch))
        loop_states_write(batch->states, pg);
    pg_queue(pg, seen);
    if (batch->timers)
        pg_queue(pg, batch->timers);
    if (batch->letter)
        queue_letter(batch);
    else
        queue_outbox(batch, telling);
    return commit(batch);
}

static void move_positions(struct loop_batch *batch)
{
    for (size_t i = 0; i < batch->n_positions; i++) {
        const struct loop_position *moved = &batch->positions[i];
        loop_find_partition(batch->loop, (enum topic)moved->topic, moved->partition)->position.next = moved->next;
        kafka_commit_for_lag(batch->loop->consumer, (enum topic)moved->topic, moved->partition, moved->next);
    }
}

/* --- run ---------------------------------------------------------------------------------------------------------- */

static void refused_by(struct loop_batch *batch, enum err err, struct loop_forced *forced)
{
    if (err != ERR_CONSTRAINT)
        return;
    const struct loop_constraint *constraint = loop_find_constraint(batch->loop->options,
                                                                    pg_constraint(batch->loop->pg));
    if (!constraint)
        return;
    forced->err = constraint->err;
    forced->field = constraint->field;
}

static void clear_indexes(struct loop_batch *batch)
{
    HASH_CLEAR(by_id, batch->by_id);
    HASH_CLEAR(hh, batch->tag_index);
}

/* The batch's context goes to its flight. */
static void fly(struct loop_batch *batch, struct telling *telling)
{
    for (size_t i = 0; i < telling->n; i++)
        telling->parts[i].row = loop_store_outbox_row(telling->rows, i);
    struct loop_flight *flight = loop_flight_new(batch->ctx, telling->parts, telling->n);
    flight->after_events = batch->after_events;
    loop_announce(batch->loop, flight);
}

/* Only what PostgreSQL takes back as text: a message cut inside a character is not. */
static void keep_failure(struct loop *loop, enum err err)
{
    const char *message = pg_message(loop->pg);
    size_t n = 0;
    for (; n + 1 < sizeof loop->failure && message[n]; n++)
        loop->failure[n] = message[n] & 0x80 ? '?' : message[n];
    loop->failure[n] = '\0';
    if (n == 0)
        (void)snprintf(loop->failure, sizeof loop->failure, "%s", err_word(err));
}

/* An error: nothing happened. */
static enum err run(struct loop_batch *batch, struct loop_forced *forced, struct telling *telling)
{
    enum err err = load(batch);
    if (!err)
        err = apply(batch);
    if (!err)
        err = write_and_commit(batch, telling);
    if (!err)
        return ERR_OK;
    refused_by(batch, err, forced);
    keep_failure(batch->loop, err);
    if (pg_is_connected(batch->loop->pg) && loop_store_rollback(batch->loop->pg))
        log_warn("rollback_failed", "err=%s", err_word(err)); /* the connection is gone, and the transaction with it */
    return err;
}

struct loop_batch *loop_batch_of_parts(TALLOC_CTX *ctx, const struct loop_part *const parts[], size_t n)
{
    struct loop_batch *batch = mem_new(ctx, struct loop_batch);
    batch->ctx = ctx;
    batch->states = loop_states_new(batch, parts, n);
    return batch;
}

TALLOC_CTX *loop_ctx(const struct loop_batch *batch)
{
    return batch->ctx;
}

struct loop_states *loop_batch_states(const struct loop_batch *batch)
{
    return batch->states;
}

void *loop_state(const struct loop_batch *batch, const struct loop_part *part)
{
    return loop_states_get(batch->states, part);
}

static struct loop_batch *batch_new(struct loop *loop, size_t n)
{
    TALLOC_CTX *ctx = mem_pool(NULL, "batch", n * MESSAGE_POOL_BYTES);
    struct loop_batch *batch = mem_new(ctx, struct loop_batch);
    batch->ctx = ctx;
    batch->loop = loop;
    batch->slots = mem_array(ctx, struct loop_slot, n);
    batch->states = loop_states_new(batch, loop->options->parts, loop->options->n_parts);
    return batch;
}

/* OK: its context may have gone to a flight. */
static enum err run_opened(struct loop_batch *batch, struct loop_forced *forced)
{
    struct telling telling = {0};
    enum err err = batch->n_slots > 0 ? run(batch, forced, &telling) : ERR_OK;
    clear_indexes(batch);
    loop_marker_set(NULL, 0, 0, 0);
    log_set_correlation(NULL);
    if (!err)
        move_positions(batch);
    if (!err && telling.n > 0)
        fly(batch, &telling);
    else
        mem_free(batch->ctx);
    return err;
}

enum err loop_batch_run(struct loop *loop, const struct kafka_record records[], size_t n, struct loop_forced *forced)
{
    struct loop_batch *batch = batch_new(loop, n);
    batch->forced = forced->err;
    batch->forced_field = forced->field;
    batch->burial = forced->burial;
    *forced = (struct loop_forced){0};
    int64_t started_us = clock_monotonic_us();
    batch->whole = n == 1 ? records[0].offset : -1;
    loop_marker_set(batch->loop->cluster, (int)records[0].topic, records[0].partition, batch->whole);
    for (size_t i = 0; i < n; i++)
        (void)open_record(batch, &records[i]); /* false: it is not of this batch */
    enum err err = run_opened(batch, forced);
    metric_observe_us(&loop_metric_batch, clock_monotonic_us() - started_us);
    return err;
}

enum err loop_batch_replay(struct loop *loop, const struct loop_dead *letter)
{
    struct loop_batch *batch = batch_new(loop, 1);
    struct loop_forced ignored = {0};
    const struct kafka_record record = {.topic = (enum topic)letter->at.topic,
                                        .partition = letter->at.partition,
                                        .offset = letter->at.offset,
                                        .append_time_us = letter->appended_at_us,
                                        .key = letter->key.data,
                                        .key_bytes = letter->key.len,
                                        .value = letter->record.len > 0 ? letter->record.data : NULL,
                                        .value_bytes = letter->record.len};
    batch->letter = letter;
    enum err err = open_slot(batch, &record)->err;
    batch->n_slots = err ? 0 : 1;
    enum err ran = run_opened(batch, &ignored);
    return err ? err : ran;
}
