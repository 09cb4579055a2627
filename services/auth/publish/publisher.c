#include "services/auth/publish/publisher.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "sotay/v1/envelope.pb-c.h"
#include <stdatomic.h>

enum { QUEUE_FULL_WITHIN_MS = 30000, ACKNOWLEDGED_WITHIN_MS = 60000 };

struct publisher {
    struct kafka_producer *producer;
    atomic_long unreported, failed; /* records and events: without a report yet; with a bad one */
};

struct publisher *publisher_new(struct kafka_producer *producer)
{
    struct publisher *publisher = mem_new(NULL, struct publisher);
    publisher->producer = producer;
    return publisher;
}

static void on_report(void *arg, const struct kafka_report *report)
{
    struct publisher *publisher = arg;
    if (report->err)
        atomic_fetch_add(&publisher->failed, 1);
    atomic_fetch_sub(&publisher->unreported, 1);
}

/* A full queue means that the broker is slower than the job: the caller waits for room, but not for ever. */
static void send(struct publisher *publisher, enum topic topic, const struct uuid *key, ProtobufCBinaryData value)
{
    int64_t end_us = clock_monotonic_us() + QUEUE_FULL_WITHIN_MS * INT64_C(1000);
    atomic_fetch_add(&publisher->unreported, 1);
    enum err err = kafka_produce(publisher->producer, topic, key, sizeof *key, value.data, value.len, on_report,
                                 publisher);
    while (err == ERR_OVERLOADED && clock_monotonic_us() < end_us) {
        pause_ms(1);
        err = kafka_produce(publisher->producer, topic, key, sizeof *key, value.data, value.len, on_report, publisher);
    }
    if (err)
        on_report(publisher, &(struct kafka_report){.err = err});
}

void publisher_send_records(struct publisher *publisher, enum topic topic, const struct records *records)
{
    for (size_t i = 0; i < records->n; i++)
        send(publisher, topic, &records->items[i].id, records->items[i].packed);
}

void publisher_send_event(struct publisher *publisher, const struct uuid *cause, uint64_t number,
                          const struct uuid *member, const ProtobufCMessage *event)
{
    TALLOC_CTX *ctx = mem_context(NULL, "event");
    struct uuid id = uuid_derive(cause, "event", number);
    Pb__Envelope envelope = PB__ENVELOPE__INIT;
    envelope.message_id = uuid_to_pb(ctx, &id);
    envelope.kind = (char *)(uintptr_t)event->descriptor->short_name;
    envelope.schema_version = 1;
    envelope.aggregate_id = uuid_to_pb(ctx, member);
    envelope.payload = mem_pack(ctx, event);
    send(publisher, TOPIC_AUTH_EVENTS, member, mem_pack(ctx, &envelope.base));
    mem_free(ctx);
}

enum err publisher_wait(struct publisher *publisher)
{
    int64_t end_us = clock_monotonic_us() + ACKNOWLEDGED_WITHIN_MS * INT64_C(1000);
    while (atomic_load(&publisher->unreported) > 0) {
        if (clock_monotonic_us() >= end_us)
            return ERR_TIMEOUT;
        pause_ms(1); /* reports come on the producer's thread; the deadline bounds this poll */
    }
    return atomic_exchange(&publisher->failed, 0) > 0 ? ERR_UNAVAILABLE : ERR_OK;
}

void publisher_end(struct publisher *publisher)
{
    if (publisher && publisher_wait(publisher) != ERR_TIMEOUT)
        mem_free(publisher);
}
