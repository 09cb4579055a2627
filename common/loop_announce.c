/* Announcing: what a commit has to tell flies until Kafka has acknowledged its messages and Redis has heard its tags and outcomes.
 * Flights land in order; the landed ones' positions become `announced` with the next commit. A flight whose messages failed sends
 * them all again: every consumer drops what it knows. */
#include "common/clock.h"
#include "common/failpoint.h"
#include "common/log.h"
#include "common/loop_internal.h"
#include "common/service.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { OUTCOME_LIFETIME_S = 3600, TAG_LIFETIME_S = 86400, RESEND_AFTER_US = 200000, TAG_VALUE_BYTES = 16 };

/* --- Redis ---------------------------------------------------------------------------------------------------------------------- */

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

void loop_redis_tell(struct redis *redis, bool *stale, const Pb__Announcement *a)
{
    if (a->n_tags + a->n_outcomes == 0)
        return;
    TALLOC_CTX *ctx = mem_context(NULL, "tell");
    if (*stale)
        redis_queue(redis, 1, (const char *const[]){"FLUSHDB"}, (const size_t[]){7});
    for (size_t i = 0; i < a->n_tags; i++)
        queue_tag(redis, a->tags[i]);
    for (size_t i = 0; i < a->n_outcomes; i++)
        queue_outcome(redis, ctx, a->outcomes[i]);
    queue_replies(redis, ctx, a);
    FAILPOINT("loop.redis.before");
    enum err err = redis_flush(redis);
    FAILPOINT("loop.redis.after");
    if (err && !*stale)
        log_warn("redis_away", "err=%s", err_word(err));
    *stale = err != ERR_OK;
    mem_free(ctx);
}

/* --- flights -------------------------------------------------------------------------------------------------------------------- */

struct loop_flight *loop_flight_new(TALLOC_CTX *ctx, Pb__Announcement *announcement, const struct loop_position positions[], size_t n)
{
    struct loop_flight *flight = mem_new(NULL, struct loop_flight);
    flight->announcement = announcement;
    flight->n_positions = n;
    flight->positions = mem_copy(flight, positions, n * sizeof *positions);
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

static void send_messages(struct loop *loop, struct loop_flight *flight)
{
    struct kafka_producer *producer = service_producer(loop->service);
    Pb__Announcement *a = flight->announcement;
    atomic_store(&flight->failed, 0);
    for (size_t i = 0; i < a->n_messages; i++) {
        const Pb__OutboundMessage *m = a->messages[i];
        FAILPOINT("loop.produce.before");
        atomic_fetch_add(&flight->pending, 1);
        enum err err = kafka_produce(producer, (enum topic)m->topic, m->key.data, m->key.len, m->has_value ? m->value.data : NULL,
                                     m->has_value ? m->value.len : 0, on_report, flight);
        if (err)
            on_report(flight, &(struct kafka_report){.err = err});
    }
    FAILPOINT("loop.produce.after");
}

static void tell_redis(struct loop *loop, struct loop_flight *flight)
{
    loop_redis_tell(loop->redis, &loop->redis_stale, flight->announcement);
    flight->redis_told = true;
}

void loop_announce(struct loop *loop, struct loop_flight *flight)
{
    *loop->flights_end = flight;
    loop->flights_end = &flight->next;
    loop->n_flights++;
    if (!flight->after_events)
        tell_redis(loop, flight); /* somebody waits for this */
    send_messages(loop, flight);
    loop_announce_reap(loop);
}

/* True when everything was acknowledged; sends again what failed, after a pause. */
static bool is_acknowledged(struct loop *loop, struct loop_flight *flight)
{
    if (atomic_load(&flight->pending) > 0)
        return false;
    if (atomic_load(&flight->failed) == 0)
        return true;
    int64_t now_us = clock_monotonic_us();
    if (flight->resend_at_us == 0) {
        flight->resend_at_us = now_us + RESEND_AFTER_US;
    } else if (now_us >= flight->resend_at_us) {
        flight->resend_at_us = 0;
        send_messages(loop, flight);
    }
    return false;
}

static void land(struct loop *loop, struct loop_flight *flight)
{
    for (size_t i = 0; i < flight->n_positions; i++) {
        const struct loop_position *p = &flight->positions[i];
        struct loop_partition *mine = loop_find_partition(loop, (enum topic)p->topic, p->partition);
        if (mine && mine->position.announced < p->next)
            mine->position.announced = p->next;
    }
    loop->flights = flight->next;
    if (!loop->flights)
        loop->flights_end = &loop->flights;
    loop->n_flights--;
    mem_free(flight);
}

void loop_announce_reap(struct loop *loop)
{
    while (loop->flights && is_acknowledged(loop, loop->flights)) {
        if (!loop->flights->redis_told)
            tell_redis(loop, loop->flights);
        land(loop, loop->flights);
    }
}

bool loop_announce_drain(struct loop *loop, int deadline_ms)
{
    int64_t end_us = clock_monotonic_us() + deadline_ms * INT64_C(1000);
    const struct timespec pause = {.tv_nsec = 200000};
    for (loop_announce_reap(loop); loop->flights && clock_monotonic_us() < end_us; loop_announce_reap(loop))
        nanosleep(&pause, NULL); /* a poll with a deadline: reports come on another thread */
    return loop->flights == NULL;
}

/* Whether its outcomes had to wait for the events is not in the row: they do. */
static void announce_row(struct loop *loop, TALLOC_CTX *own, Pb__Announcement *announcement, const struct loop_position *at)
{
    struct loop_flight *flight = loop_flight_new(own, announcement, at, 1);
    flight->after_events = true;
    loop_announce(loop, flight);
}

enum err loop_announce_again(struct loop *loop, struct loop_partition *partition)
{
    TALLOC_CTX *ctx = mem_context(NULL, "again");
    struct pg_result *rows = NULL;
    enum err err = loop_store_unannounced(loop->pg, ctx, loop->cluster, &partition->position, &rows);
    for (size_t i = 0; !err && i < pg_rows(rows); i++) {
        TALLOC_CTX *own = mem_context(NULL, "announcement");
        ProtobufCBinaryData packed = pg_get_bytes(own, rows, i, 1);
        struct loop_position at = partition->position;
        at.next = pg_get_int8(rows, i, 0);
        ProtobufCMessage *announcement = mem_unpack(own, &pb__announcement__descriptor, packed.data, packed.len);
        if (announcement)
            announce_row(loop, own, (Pb__Announcement *)announcement, &at);
        else
            err = ERR_INTERNAL; /* our own bytes: a newer binary wrote them */
    }
    mem_free(ctx);
    return err;
}
