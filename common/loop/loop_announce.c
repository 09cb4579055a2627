#include "common/loop/loop_announce.h"

#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include <time.h>

enum { RESEND_AFTER_US = 200000 };

struct loop_flight *loop_flight_new(TALLOC_CTX *ctx, const struct loop_notice notices[], size_t n)
{
    struct loop_flight *flight = mem_new(NULL, struct loop_flight);
    flight->notices = mem_copy(flight, notices, n * sizeof *notices);
    flight->n_notices = n;
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

static enum err produce(struct kafka_producer *producer, const Pb__OutboundMessage *m, struct loop_flight *flight)
{
    const void *value = m->has_value ? m->value.data : NULL;
    size_t value_bytes = m->has_value ? m->value.len : 0;
    return m->has_partition ? kafka_produce_to(producer, (enum topic)m->topic, m->partition, m->key.data, m->key.len,
                                               value, value_bytes, on_report, flight)
                            : kafka_produce(producer, (enum topic)m->topic, m->key.data, m->key.len, value, value_bytes,
                                            on_report, flight);
}

static void send_message(struct loop_announcer *announcer, struct loop_flight *flight, const Pb__OutboundMessage *m)
{
    FAILPOINT("loop.produce.before");
    atomic_fetch_add(&flight->pending, 1);
    enum err err = FAILPOINT_FAILS("loop.produce.fails") ? ERR_RETRY : produce(announcer->producer, m, flight);
    if (err)
        on_report(flight, &(struct kafka_report){.err = err});
}

static void send_messages(struct loop_announcer *announcer, struct loop_flight *flight)
{
    atomic_store(&flight->failed, 0);
    for (size_t i = 0; i < flight->n_notices; i++)
        for (size_t j = 0; j < flight->notices[i].announcement->n_messages; j++)
            send_message(announcer, flight, flight->notices[i].announcement->messages[j]);
    FAILPOINT("loop.produce.after");
}

static struct loop_flight *first_failed(struct loop_announcer *announcer)
{
    struct loop_flight *flight = announcer->flights;
    while (flight && atomic_load(&flight->failed) == 0)
        flight = flight->next;
    return flight;
}

static void add_flight(struct loop_announcer *announcer, struct loop_flight *flight)
{
    bool held_back = first_failed(announcer) != NULL;
    *announcer->flights_end = flight;
    announcer->flights_end = &flight->next;
    announcer->n_flights++;
    loop_channel_tell(&announcer->channel, &flight->told);
    if (held_back)
        atomic_store(&flight->failed, 1);
    else
        send_messages(announcer, flight);
}

void loop_announce(struct loop_announcer *announcer, struct loop_flight *flight)
{
    add_flight(announcer, flight);
    loop_announce_reap(announcer);
}

static bool has_pending(const struct loop_flight *flight)
{
    while (flight && atomic_load(&flight->pending) == 0)
        flight = flight->next;
    return flight != NULL;
}

/* From the first flight that failed on, all go again in their order: once the reports of all are there, and after a
 * pause. */
static void send_again(struct loop_announcer *announcer)
{
    struct loop_flight *from = first_failed(announcer);
    if (!from || has_pending(from))
        return;
    int64_t now_us = clock_monotonic_us();
    if (announcer->resend_at_us == 0)
        announcer->resend_at_us = now_us + RESEND_AFTER_US;
    if (now_us < announcer->resend_at_us)
        return;
    announcer->resend_at_us = 0;
    for (struct loop_flight *flight = from; flight; flight = flight->next)
        send_messages(announcer, flight);
}

static void land(struct loop_announcer *announcer, struct loop_flight *flight)
{
    for (size_t i = 0; i < flight->n_notices; i++)
        if (flight->notices[i].row.id != 0)
            array_add(announcer->ctx, &announcer->told, flight->notices[i].row);
    if (flight->landed)
        *flight->landed = true;
    announcer->flights = flight->next;
    if (!announcer->flights)
        announcer->flights_end = &announcer->flights;
    announcer->n_flights--;
    mem_free(flight);
}

static void free_abandoned(struct loop_announcer *announcer)
{
    for (struct loop_flight **at = &announcer->abandoned; *at;) {
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
void loop_announce_abandon(struct loop_announcer *announcer)
{
    struct loop_flight *flight;
    while ((flight = announcer->flights)) {
        announcer->flights = flight->next;
        flight->next = announcer->abandoned;
        flight->landed = NULL;
        announcer->abandoned = flight;
    }
    announcer->flights_end = &announcer->flights;
    announcer->n_flights = 0;
    announcer->resend_at_us = 0;
}

void loop_announce_reap(struct loop_announcer *announcer)
{
    struct loop_flight *flight;
    free_abandoned(announcer);
    while ((flight = announcer->flights) && atomic_load(&flight->pending) == 0 && atomic_load(&flight->failed) == 0) {
        loop_channel_tell(&announcer->channel, &flight->late);
        land(announcer, flight);
    }
    send_again(announcer);
}

bool loop_announce_drain(struct loop_announcer *announcer, int deadline_ms)
{
    int64_t end_us = clock_monotonic_us() + deadline_ms * INT64_C(1000);
    const struct timespec pause = {.tv_nsec = 200000};
    for (loop_announce_reap(announcer); announcer->flights && clock_monotonic_us() < end_us;
         loop_announce_reap(announcer))
        nanosleep(&pause, NULL); /* a poll with a deadline: reports come on another thread */
    return announcer->flights == NULL;
}

enum err loop_announce_settle(struct loop_announcer *announcer)
{
    if (announcer->told.n == 0)
        return ERR_OK;
    TALLOC_CTX *ctx = mem_context(NULL, "settle");
    enum err err = loop_store_announced(announcer->pg, ctx, announcer->positions->cluster, announcer->told.items,
                                        announcer->told.n);
    if (!err)
        announcer->told.n = 0;
    mem_free(ctx);
    return err;
}

/* --- after a restart, and after a new assignment ------------------------------------------------------------------ */

static bool same_row(const struct loop_row *a, const struct loop_row *b)
{
    return a->id == b->id && a->partition == b->partition && a->topic == b->topic;
}

static bool is_known(const struct loop_announcer *announcer, const struct loop_row *row)
{
    for (size_t i = 0; i < announcer->told.n; i++)
        if (same_row(&announcer->told.items[i], row))
            return true;
    for (const struct loop_flight *flight = announcer->flights; flight; flight = flight->next)
        for (size_t i = 0; i < flight->n_notices; i++)
            if (same_row(&flight->notices[i].row, row))
                return true;
    return false;
}

static enum err announce_row(struct loop_announcer *announcer, const struct loop_row *row, const struct pg_result *rows,
                             size_t at)
{
    TALLOC_CTX *own = mem_context(NULL, "announcement");
    ProtobufCBinaryData packed = pg_get_bytes(own, rows, at, 3);
    struct loop_notice notice = {.row = *row};
    notice.announcement = (Pb__Announcement *)mem_unpack(own, &pb__announcement__descriptor, packed.data, packed.len);
    if (!notice.announcement) {
        mem_free(own);
        return ERR_INTERNAL; /* our own bytes: a newer binary wrote them */
    }
    add_flight(announcer, loop_flight_new(own, &notice, 1));
    return ERR_OK;
}

enum err loop_announce_again(struct loop_announcer *announcer)
{
    TALLOC_CTX *ctx = mem_context(NULL, "again");
    int32_t topics[LOOP_PARTITIONS_LIMIT], partitions[LOOP_PARTITIONS_LIMIT];
    struct pg_result *rows = NULL;
    for (size_t i = 0; i < announcer->positions->n; i++) {
        topics[i] = announcer->positions->items[i].position.topic;
        partitions[i] = announcer->positions->items[i].position.partition;
    }
    enum err err = loop_store_unannounced(announcer->pg, ctx, announcer->positions->cluster, topics, partitions,
                                          announcer->positions->n, &rows);
    for (size_t i = 0; !err && i < pg_rows(rows); i++) {
        struct loop_row row = loop_store_outbox_row(rows, i);
        if (!is_known(announcer, &row))
            err = announce_row(announcer, &row, rows, i);
    }
    mem_free(ctx);
    return err;
}
