/* Announcing: what a commit has to tell flies until Kafka has acknowledged its messages and Redis has heard its tags
 * and outcomes. Flights land in order, and their outbox rows go; a flight that failed goes again with all behind it
 * (loop_internal.h draws it): every consumer drops what it knows. */
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/loop/loop_internal.h"
#include "common/service/service.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { OUTCOME_LIFETIME_S = 3600, TAG_LIFETIME_S = 86400, RESEND_AFTER_US = 200000, TAG_VALUE_BYTES = 16 };
#define REDIS_RESTS_US CLOCK_SECOND_US /* a Redis that hangs may not take the loop's time at every flight */

/* --- Redis -------------------------------------------------------------------------------------------------------- */

static void queue_tag(struct redis *redis, const char *tag)
{
    char key[160];
    unsigned char value[TAG_VALUE_BYTES];
    randombytes_buf(value, sizeof value);
    (void)snprintf(key, sizeof key, "t:%s", tag); /* tags are at most 120 bytes */
    redis_queue_set(redis, key, value, sizeof value, TAG_LIFETIME_S);
}

static void queue_outcome(struct redis *redis, TALLOC_CTX *ctx, const Pb__Outcome *outcome)
{
    if (outcome->has_replayed && outcome->replayed)
        return; /* told to who waits; what is kept is the first one's */
    char key[64] = "outcome:";
    sodium_bin2hex(key + 8, sizeof key - 8, outcome->message_id.data, outcome->message_id.len);
    ProtobufCBinaryData packed = mem_pack(ctx, &outcome->base);
    redis_queue_set(redis, key, packed.data, packed.len, OUTCOME_LIFETIME_S);
}

/* One message for each gateway that waits: its outcomes, and the tags that it must forget before it answers. */
static void queue_batch(struct redis *redis, TALLOC_CTX *ctx, const Pb__Announcement *a, const char *reply_to)
{
    Pb__OutcomeBatch batch = PB__OUTCOME_BATCH__INIT;
    char channel[96];
    batch.outcomes = mem_array(ctx, Pb__Outcome *, a->n_outcomes);
    for (size_t i = 0; i < a->n_outcomes; i++)
        if (strcmp(a->reply_to[i], reply_to) == 0)
            batch.outcomes[batch.n_outcomes++] = a->outcomes[i];
    batch.n_tags = a->n_tags;
    batch.tags = a->tags;
    ProtobufCBinaryData packed = mem_pack(ctx, &batch.base);
    if (snprintf(channel, sizeof channel, "gateway:%s", reply_to) < (int)sizeof channel)
        redis_queue_publish(redis, channel, packed.data, packed.len);
}

static bool is_first(const Pb__Announcement *a, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(a->reply_to[i], a->reply_to[at]) == 0)
            return false;
    return true;
}

static void queue_replies(struct redis *redis, TALLOC_CTX *ctx, const Pb__Announcement *a)
{
    const char *last = "";
    for (size_t i = 0; i < a->n_reply_to && i < a->n_outcomes; i++) {
        const char *gateway = a->reply_to[i];
        if (*gateway && strcmp(gateway, last) != 0 && is_first(a, i))
            queue_batch(redis, ctx, a, gateway);
        last = gateway;
    }
}

static void queue_flush(struct redis *redis)
{
    redis_queue(redis, 1, (const char *const[]){"FLUSHDB"}, (const size_t[]){7});
}

/* True: not asked for a while, as it did not answer. */
static bool redis_rests(const struct loop *loop)
{
    return loop->redis_stale && clock_monotonic_us() < loop->redis_rests_until_us;
}

static void flush_redis(struct loop *loop)
{
    enum err err = redis_flush(loop->redis);
    if (err && !loop->redis_stale)
        log_warn("redis_away", "err=%s", err_word(err));
    loop->redis_stale = err != ERR_OK;
    loop->redis_rests_until_us = clock_monotonic_us() + REDIS_RESTS_US;
}

void loop_redis_revive(struct loop *loop)
{
    if (!loop->redis_stale || redis_rests(loop))
        return;
    queue_flush(loop->redis);
    flush_redis(loop);
}

/* Tags, outcomes and their waiting gateways, in one round trip. Redis may be away: then it missed tags, and is emptied
 * when it is back, before anything else. Losing outcomes that way is allowed: the service itself still knows them. */
static void tell_redis(struct loop *loop, const Pb__Announcement *a)
{
    if (a->n_tags + a->n_outcomes == 0)
        return;
    if (redis_rests(loop))
        return; /* it is emptied when it is back */
    TALLOC_CTX *ctx = mem_context(NULL, "tell");
    if (loop->redis_stale)
        queue_flush(loop->redis);
    for (size_t i = 0; i < a->n_tags; i++)
        queue_tag(loop->redis, a->tags[i]);
    for (size_t i = 0; i < a->n_outcomes; i++)
        queue_outcome(loop->redis, ctx, a->outcomes[i]);
    queue_replies(loop->redis, ctx, a);
    FAILPOINT("loop.redis.before");
    flush_redis(loop);
    FAILPOINT("loop.redis.after");
    mem_free(ctx);
}

/* --- flights ------------------------------------------------------------------------------------------------------ */

struct loop_flight *loop_flight_new(TALLOC_CTX *ctx, const struct loop_notice parts[], size_t n)
{
    struct loop_flight *flight = mem_new(NULL, struct loop_flight);
    flight->parts = mem_copy(flight, parts, n * sizeof *parts);
    flight->n_parts = n;
    talloc_steal(flight, ctx);
    return flight;
}

/* Producer's thread. After the decrement the flight may be gone. */
static void on_report(void *arg, const struct kafka_report *report)
{
    struct loop_flight *flight = arg;
    if (report->err)
        atomic_fetch_add(&flight->failed, 1);
    atomic_fetch_sub(&flight->pending, 1);
}

static void send_message(struct loop *loop, struct loop_flight *flight, const Pb__OutboundMessage *m)
{
    FAILPOINT("loop.produce.before");
    atomic_fetch_add(&flight->pending, 1);
    enum err err = FAILPOINT_FAILS("loop.produce.fails")
                       ? ERR_RETRY
                       : kafka_produce(service_producer(loop->service), (enum topic)m->topic, m->key.data, m->key.len,
                                       m->has_value ? m->value.data : NULL, m->has_value ? m->value.len : 0, on_report,
                                       flight);
    if (err)
        on_report(flight, &(struct kafka_report){.err = err});
}

static void send_messages(struct loop *loop, struct loop_flight *flight)
{
    atomic_store(&flight->failed, 0);
    for (size_t i = 0; i < flight->n_parts; i++)
        for (size_t j = 0; j < flight->parts[i].announcement->n_messages; j++)
            send_message(loop, flight, flight->parts[i].announcement->messages[j]);
    FAILPOINT("loop.produce.after");
}

static void tell(struct loop *loop, struct loop_flight *flight)
{
    for (size_t i = 0; i < flight->n_parts; i++)
        tell_redis(loop, flight->parts[i].announcement);
    flight->redis_told = true;
}

static struct loop_flight *first_failed(struct loop *loop)
{
    struct loop_flight *flight = loop->flights;
    while (flight && atomic_load(&flight->failed) == 0)
        flight = flight->next;
    return flight;
}

static void add_flight(struct loop *loop, struct loop_flight *flight)
{
    bool held_back = first_failed(loop) != NULL;
    *loop->flights_end = flight;
    loop->flights_end = &flight->next;
    loop->n_flights++;
    if (!flight->after_events)
        tell(loop, flight); /* somebody waits for this */
    if (held_back)
        atomic_store(&flight->failed, 1);
    else
        send_messages(loop, flight);
}

void loop_announce(struct loop *loop, struct loop_flight *flight)
{
    add_flight(loop, flight);
    loop_announce_reap(loop);
}

static bool has_pending(const struct loop_flight *flight)
{
    while (flight && atomic_load(&flight->pending) == 0)
        flight = flight->next;
    return flight != NULL;
}

/* From the first flight that failed on, all go again in their order: once the reports of all are there, and after a
 * pause. */
static void send_again(struct loop *loop)
{
    struct loop_flight *from = first_failed(loop);
    if (!from || has_pending(from))
        return;
    int64_t now_us = clock_monotonic_us();
    if (loop->resend_at_us == 0)
        loop->resend_at_us = now_us + RESEND_AFTER_US;
    if (now_us < loop->resend_at_us)
        return;
    loop->resend_at_us = 0;
    for (struct loop_flight *flight = from; flight; flight = flight->next)
        send_messages(loop, flight);
}

static void add_told(struct loop *loop, const struct loop_row *row)
{
    if (loop->n_told == loop->told_room) {
        loop->told_room = loop->told_room ? loop->told_room * 2 : LOOP_FLIGHTS_LIMIT;
        loop->told = mem_grow(loop, loop->told, sizeof *loop->told, loop->told_room);
    }
    loop->told[loop->n_told++] = *row;
}

static void land(struct loop *loop, struct loop_flight *flight)
{
    for (size_t i = 0; i < flight->n_parts; i++)
        if (flight->parts[i].row.id != 0)
            add_told(loop, &flight->parts[i].row);
    if (flight->late)
        loop->late->landed = true;
    loop->flights = flight->next;
    if (!loop->flights)
        loop->flights_end = &loop->flights;
    loop->n_flights--;
    mem_free(flight);
}

static void free_abandoned(struct loop *loop)
{
    for (struct loop_flight **at = &loop->abandoned; *at;) {
        struct loop_flight *flight = *at;
        if (atomic_load(&flight->pending) > 0) {
            at = &flight->next;
            continue;
        }
        *at = flight->next;
        mem_free(flight);
    }
}

/* What it sent again later could put an older record behind the next owner's newer one. */
void loop_announce_abandon(struct loop *loop)
{
    struct loop_flight *flight;
    while ((flight = loop->flights)) {
        loop->flights = flight->next;
        flight->next = loop->abandoned;
        loop->abandoned = flight;
    }
    loop->flights_end = &loop->flights;
    loop->n_flights = 0;
    loop->resend_at_us = 0;
    if (loop->late && !loop->late->landed) {
        mem_free(loop->late);
        loop->late = NULL;
    }
}

void loop_announce_reap(struct loop *loop)
{
    struct loop_flight *flight;
    free_abandoned(loop);
    while ((flight = loop->flights) && atomic_load(&flight->pending) == 0 && atomic_load(&flight->failed) == 0) {
        if (!flight->redis_told)
            tell(loop, flight);
        land(loop, flight);
    }
    send_again(loop);
}

bool loop_announce_drain(struct loop *loop, int deadline_ms)
{
    int64_t end_us = clock_monotonic_us() + deadline_ms * INT64_C(1000);
    const struct timespec pause = {.tv_nsec = 200000};
    for (loop_announce_reap(loop); loop->flights && clock_monotonic_us() < end_us; loop_announce_reap(loop))
        nanosleep(&pause, NULL); /* a poll with a deadline: reports come on another thread */
    return loop->flights == NULL;
}

enum err loop_announce_settle(struct loop *loop)
{
    if (loop->n_told == 0)
        return ERR_OK;
    TALLOC_CTX *ctx = mem_context(NULL, "settle");
    enum err err = loop_store_announced(loop->pg, ctx, loop->cluster, loop->told, loop->n_told);
    if (!err)
        loop->n_told = 0;
    mem_free(ctx);
    return err;
}

/* --- after a restart, and after a new assignment ------------------------------------------------------------------ */

static bool same_row(const struct loop_row *a, const struct loop_row *b)
{
    return a->id == b->id && a->partition == b->partition && a->topic == b->topic;
}

static bool is_known(const struct loop *loop, const struct loop_row *row)
{
    for (size_t i = 0; i < loop->n_told; i++)
        if (same_row(&loop->told[i], row))
            return true;
    for (const struct loop_flight *flight = loop->flights; flight; flight = flight->next)
        for (size_t i = 0; i < flight->n_parts; i++)
            if (same_row(&flight->parts[i].row, row))
                return true;
    return false;
}

/* Whether its outcomes had to wait for the events is not in the row: they do. */
static enum err announce_row(struct loop *loop, const struct loop_row *row, const struct pg_result *rows, size_t at)
{
    TALLOC_CTX *own = mem_context(NULL, "announcement");
    ProtobufCBinaryData packed = pg_get_bytes(own, rows, at, 3);
    struct loop_notice part = {.row = *row};
    part.announcement = (Pb__Announcement *)mem_unpack(own, &pb__announcement__descriptor, packed.data, packed.len);
    if (!part.announcement) {
        mem_free(own);
        return ERR_INTERNAL; /* our own bytes: a newer binary wrote them */
    }
    struct loop_flight *flight = loop_flight_new(own, &part, 1);
    flight->after_events = true;
    add_flight(loop, flight);
    return ERR_OK;
}

enum err loop_announce_again(struct loop *loop)
{
    TALLOC_CTX *ctx = mem_context(NULL, "again");
    int32_t topics[LOOP_PARTITIONS_LIMIT], partitions[LOOP_PARTITIONS_LIMIT];
    struct pg_result *rows = NULL;
    for (size_t i = 0; i < loop->n_partitions; i++) {
        topics[i] = loop->partitions[i].position.topic;
        partitions[i] = loop->partitions[i].position.partition;
    }
    enum err err = loop_store_unannounced(loop->pg, ctx, loop->cluster, topics, partitions, loop->n_partitions, &rows);
    for (size_t i = 0; !err && i < pg_rows(rows); i++) {
        struct loop_row row = loop_store_outbox_row(rows, i);
        if (!is_known(loop, &row))
            err = announce_row(loop, &row, rows, i);
    }
    mem_free(ctx);
    return err;
}
