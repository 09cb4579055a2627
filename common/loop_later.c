/* What is due later: timers, and announcements of commits that no message caused. A claimed row is sent, acknowledged, then deleted,
 * in one transaction that holds it; a crash between leaves the row, and the second sending is dropped by its id. */
#include "common/clock.h"
#include "common/failpoint.h"
#include "common/log.h"
#include "common/loop_internal.h"
#include "common/service.h"
#include <string.h>
#include <time.h>

enum { ACKNOWLEDGED_WITHIN_MS = 5000 };
#define SEEN_KEPT_US (45 * CLOCK_DAY_US)
#define KAFKA_AWAY_US (2 * CLOCK_SECOND_US) /* what needs its acknowledgement is not even tried */
#define FORGET_EVERY_US (10 * CLOCK_MINUTE_US)

/* Messages under way whose acknowledgement this thread waits for. On a timeout it is leaked on purpose: a late report still finds it. */
struct wait {
    atomic_int pending, failed;
};

static void on_report(void *arg, const struct kafka_report *report)
{
    struct wait *wait = arg;
    if (report->err)
        atomic_fetch_add(&wait->failed, 1);
    atomic_fetch_sub(&wait->pending, 1);
}

static void send(struct kafka_producer *producer, struct wait *wait, const Pb__OutboundMessage *m)
{
    atomic_fetch_add(&wait->pending, 1);
    enum err err = kafka_produce(producer, (enum topic)m->topic, m->key.data, m->key.len, m->has_value ? m->value.data : NULL,
                                 m->has_value ? m->value.len : 0, on_report, wait);
    if (err)
        on_report(wait, &(struct kafka_report){.err = err});
}

/* Frees `wait` unless reports are still to come. */
static enum err wait_for(struct wait *wait, int deadline_ms)
{
    int64_t end_us = clock_monotonic_us() + deadline_ms * INT64_C(1000);
    const struct timespec pause = {.tv_nsec = 500000};
    while (atomic_load(&wait->pending) > 0 && clock_monotonic_us() < end_us)
        nanosleep(&pause, NULL); /* a poll with a deadline */
    if (atomic_load(&wait->pending) > 0)
        return ERR_TIMEOUT;
    enum err err = atomic_load(&wait->failed) > 0 ? ERR_UNAVAILABLE : ERR_OK;
    mem_free(wait);
    return err;
}

/* --- loose outbox rows ---------------------------------------------------------------------------------------------------------- */

static enum err tell_loose(TALLOC_CTX *ctx, const struct pg_result *rows, struct kafka_producer *producer, struct redis *redis, bool *stale,
                           int deadline_ms)
{
    struct wait *wait = mem_new(NULL, struct wait);
    bool readable = true;
    for (size_t i = 0; i < pg_rows(rows); i++) {
        ProtobufCBinaryData packed = pg_get_bytes(ctx, rows, i, 1);
        const Pb__Announcement *a = (const Pb__Announcement *)mem_unpack(ctx, &pb__announcement__descriptor, packed.data, packed.len);
        if (!a)
            readable = false;
        for (size_t j = 0; a && j < a->n_messages; j++)
            send(producer, wait, a->messages[j]);
        if (a && redis)
            loop_redis_tell(redis, stale, a);
    }
    enum err err = wait_for(wait, deadline_ms);
    return err || readable ? err : ERR_INTERNAL; /* our own bytes: a newer binary wrote them */
}

enum err loop_outbox_relay(struct pg *pg, struct kafka_producer *producer, struct redis *redis, bool *redis_stale, int deadline_ms)
{
    int64_t end_us = clock_monotonic_us() + deadline_ms * INT64_C(1000);
    for (size_t n = 1; n > 0 && clock_monotonic_us() < end_us;) {
        TALLOC_CTX *ctx = mem_context(NULL, "relay");
        struct pg_result *rows = NULL;
        enum err err = loop_store_claim_loose(pg, ctx, &rows);
        n = err ? 0 : pg_rows(rows);
        if (!err)
            err = tell_loose(ctx, rows, producer, redis, redis_stale, deadline_ms);
        if (!err)
            err = loop_store_release_loose(pg, ctx, rows);
        else if (loop_store_rollback(pg))
            log_debug("relay_rollback_failed", "deadline_ms=%d", deadline_ms); /* the connection is gone, and the claim with it */
        mem_free(ctx);
        if (err)
            return err;
    }
    return ERR_OK;
}

struct loop_outbox {
    TALLOC_CTX *ctx;
    struct uuid cause;
    int64_t now_us;
    uint64_t n_events;
    struct loop_list tags, messages;
};

struct loop_outbox *loop_outbox_new(TALLOC_CTX *ctx, const struct uuid *cause, int64_t now_us)
{
    struct loop_outbox *outbox = mem_new(ctx, struct loop_outbox);
    outbox->ctx = outbox;
    outbox->cause = *cause;
    outbox->now_us = now_us;
    return outbox;
}

void loop_outbox_event(struct loop_outbox *outbox, enum topic topic, const struct uuid *key, const ProtobufCMessage *event)
{
    struct uuid id = uuid_derive(&outbox->cause, "event", outbox->n_events++);
    Pb__Envelope envelope = PB__ENVELOPE__INIT;
    envelope.message_id = uuid_to_pb(outbox->ctx, &id);
    envelope.kind = (char *)(uintptr_t)event->descriptor->short_name;
    envelope.schema_version = 1;
    envelope.aggregate_id = uuid_to_pb(outbox->ctx, key);
    envelope.has_causation_id = true;
    envelope.causation_id = uuid_to_pb(outbox->ctx, &outbox->cause);
    envelope.payload = mem_pack(outbox->ctx, event);
    ProtobufCBinaryData value = mem_pack(outbox->ctx, &envelope.base);
    loop_list_add(outbox->ctx, &outbox->messages, loop_outbound(outbox->ctx, topic, key, value, false));
}

void loop_outbox_record(struct loop_outbox *outbox, enum topic topic, const struct uuid *key, const ProtobufCMessage *value)
{
    ProtobufCBinaryData packed = value ? mem_pack(outbox->ctx, value) : (ProtobufCBinaryData){0};
    loop_list_add(outbox->ctx, &outbox->messages, loop_outbound(outbox->ctx, topic, key, packed, value == NULL));
}

void loop_outbox_tag(struct loop_outbox *outbox, const char *tag)
{
    loop_list_add(outbox->ctx, &outbox->tags, mem_text(outbox->ctx, tag));
}

void loop_outbox_queue(struct loop_outbox *outbox, struct pg *pg)
{
    Pb__Announcement a = PB__ANNOUNCEMENT__INIT;
    a.n_tags = outbox->tags.n;
    a.tags = (char **)outbox->tags.items;
    a.n_messages = outbox->messages.n;
    a.messages = (Pb__OutboundMessage **)outbox->messages.items;
    if (a.n_tags + a.n_messages > 0)
        loop_store_queue_loose(pg, outbox->ctx, mem_pack(outbox->ctx, &a.base));
}

/* --- timers ----------------------------------------------------------------------------------------------------------------------- */

static enum topic command_topic(const struct loop_options *options)
{
    for (size_t i = 0; i < options->n_inputs; i++)
        if (options->inputs[i].commands)
            return options->inputs[i].topic;
    return TOPIC_NONE;
}

/* The command that a timer row becomes: its id is the row's key, so that it fires once. */
static Pb__OutboundMessage *timer_command(struct loop *loop, TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    const char *kind = pg_get_text(ctx, rows, row, 0);
    struct uuid aggregate = pg_get_uuid(rows, row, 1);
    int64_t due_us = pg_get_int8(rows, row, 2);
    const void *parts[] = {loop->options->service, kind, aggregate.bytes, &due_us};
    const size_t bytes[] = {strlen(loop->options->service), strlen(kind), sizeof aggregate.bytes, sizeof due_us};
    struct uuid id = uuid_hash(4, parts, bytes);
    Pb__Envelope envelope = PB__ENVELOPE__INIT;
    envelope.message_id = uuid_to_pb(ctx, &id);
    envelope.kind = (char *)(uintptr_t)kind;
    envelope.schema_version = 1;
    envelope.aggregate_id = uuid_to_pb(ctx, &aggregate);
    envelope.has_clock_offset_us = true;
    envelope.clock_offset_us = service_now_us(loop->service) - clock_now_us();
    envelope.payload = pg_get_bytes(ctx, rows, row, 3);
    return loop_outbound(ctx, command_topic(loop->options), &aggregate, mem_pack(ctx, &envelope.base), false);
}

static enum err fire_timers(struct loop *loop, TALLOC_CTX *ctx)
{
    struct pg_result *rows = NULL;
    struct wait *wait = mem_new(NULL, struct wait);
    enum err err = loop_store_claim_timers(loop->pg, ctx, service_now_us(loop->service), &rows);
    for (size_t i = 0; !err && i < pg_rows(rows); i++)
        send(service_producer(loop->service), wait, timer_command(loop, ctx, rows, i));
    enum err sent = wait_for(wait, ACKNOWLEDGED_WITHIN_MS);
    FAILPOINT("loop.timer.sent");
    if (err)
        return err;
    if (!sent)
        return loop_store_release_timers(loop->pg, ctx, rows);
    return loop_store_rollback(loop->pg) == ERR_OK ? sent : ERR_RETRY;
}

/* --- the tick --------------------------------------------------------------------------------------------------------------------- */

/* The announced cursors of a loop that has been idle: its outbox rows go. */
static enum err settle_announced(struct loop *loop, TALLOC_CTX *ctx)
{
    struct loop_position moved[LOOP_PARTITIONS_LIMIT];
    size_t n = 0;
    for (size_t i = 0; i < loop->n_partitions; i++)
        if (loop->partitions[i].position.announced > loop->partitions[i].settled) {
            moved[n++] = loop->partitions[i].position;
            loop->partitions[i].settled = loop->partitions[i].position.announced;
        }
    return n > 0 ? loop_store_announced(loop->pg, ctx, loop->cluster, moved, n) : ERR_OK;
}

/* Outcomes older than they are kept; at once again while there are more. */
static enum err forget(struct loop *loop, TALLOC_CTX *ctx)
{
    bool more = false;
    if (clock_monotonic_us() < loop->next_forget_us)
        return ERR_OK;
    enum err err = loop_store_forget(loop->pg, ctx, clock_now_us() - SEEN_KEPT_US, &more);
    loop->next_forget_us = clock_monotonic_us() + (more ? 0 : FORGET_EVERY_US);
    return err;
}

/* Redis is back, and nothing has been announced since: what it missed may not wait for the next commit. */
static void empty_stale_redis(struct loop *loop)
{
    if (!loop->redis_stale)
        return;
    redis_queue(loop->redis, 1, (const char *const[]){"FLUSHDB"}, (const size_t[]){7});
    loop->redis_stale = redis_flush(loop->redis) != ERR_OK;
}

void loop_later_tick(struct loop *loop)
{
    TALLOC_CTX *ctx = mem_context(NULL, "tick");
    bool kafka_is_away = kafka_silent_us(service_producer(loop->service)) > KAFKA_AWAY_US;
    empty_stale_redis(loop);
    enum err err = settle_announced(loop, ctx);
    if (!err && loop->options->fires_timers && !kafka_is_away)
        err = fire_timers(loop, ctx);
    if (!err && loop->options->fires_timers && !kafka_is_away)
        err = loop_outbox_relay(loop->pg, service_producer(loop->service), loop->redis, &loop->redis_stale, ACKNOWLEDGED_WITHIN_MS);
    if (!err)
        err = forget(loop, ctx);
    if (err)
        log_warn("tick_failed", "loop=%s err=%s detail=\"%s\"", loop->options->name, err_word(err), pg_message(loop->pg));
    mem_free(ctx);
}
