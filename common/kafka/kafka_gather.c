#include "common/kafka/kafka_gather.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/kafka/envelope.h"

#define BY_REPORT_US CLOCK_SECOND_US /* after a group that was not answered in time */

enum {
    WAITING_MOST = 20000,
    TOGETHER_MOST = 256 /* so that a batch of the reader's is not much larger than it wishes */
};

void kafka_gathering_init(struct kafka_gathering *gathering, int wait_ms)
{
    *gathering = (struct kafka_gathering){.wait_us = wait_ms * INT64_C(1000)};
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        STAILQ_INIT(&gathering->topics[i].waiting);
    pthread_mutex_init(&gathering->lock, NULL);
}

void kafka_gathering_done(struct kafka_gathering *gathering)
{
    pthread_mutex_destroy(&gathering->lock);
}

/* --- under the lock --- */

/* All that waits is out from now on, and the group before it counts no more. */
static void release(struct kafka_gathered *topic, struct kafka_group *ret_group)
{
    struct kafka_pending *pending;
    topic->group++;
    STAILQ_FOREACH(pending, &topic->waiting, entry)
    pending->group = topic->group;
    STAILQ_CONCAT(ret_group, &topic->waiting);
    topic->n_out = topic->n_waiting;
    topic->n_waiting = 0;
    topic->by_report = clock_monotonic_us() < topic->by_report_until_us;
}

static void release_late(struct kafka_gathered *topic, struct kafka_group *ret_group)
{
    topic->by_report_until_us = clock_monotonic_us() + BY_REPORT_US;
    release(topic, ret_group);
}

static bool have_waited(const struct kafka_gathering *gathering, const struct kafka_gathered *topic)
{
    return topic->n_waiting > 0 && clock_monotonic_us() - topic->since_us >= gathering->wait_us;
}

static enum err enter(struct kafka_gathering *gathering, struct kafka_gathered *topic, struct kafka_pending *pending,
                      struct kafka_group *ret_group)
{
    if (topic->n_waiting >= WAITING_MOST)
        return ERR_OVERLOADED;
    if (topic->n_waiting++ == 0)
        topic->since_us = clock_monotonic_us();
    STAILQ_INSERT_TAIL(&topic->waiting, pending, entry);
    if (topic->n_out == 0)
        release(topic, ret_group);
    else if (have_waited(gathering, topic))
        release_late(topic, ret_group);
    return ERR_OK;
}

/* --- any thread --- */

enum err kafka_gather_enter(struct kafka_gathering *gathering, struct kafka_pending *pending,
                            struct kafka_group *ret_group)
{
    pthread_mutex_lock(&gathering->lock);
    enum err err = enter(gathering, &gathering->topics[pending->topic_index], pending, ret_group);
    pthread_mutex_unlock(&gathering->lock);
    return err;
}

static bool counts(const struct kafka_gathered *topic, uint64_t group, enum kafka_leave how)
{
    return topic->group == group && (how == KAFKA_FAILED || topic->by_report == (how == KAFKA_REPORTED));
}

struct kafka_group kafka_gather_leave(struct kafka_gathering *gathering, size_t topic_index, uint64_t group, size_t n,
                                      enum kafka_leave how)
{
    struct kafka_group next = STAILQ_HEAD_INITIALIZER(next);
    struct kafka_gathered *topic = &gathering->topics[topic_index];
    pthread_mutex_lock(&gathering->lock);
    if (counts(topic, group, how) && (topic->n_out -= n) == 0)
        release(topic, &next);
    pthread_mutex_unlock(&gathering->lock);
    return next;
}

struct kafka_group kafka_gather_late(struct kafka_gathering *gathering)
{
    struct kafka_group group = STAILQ_HEAD_INITIALIZER(group);
    pthread_mutex_lock(&gathering->lock);
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        if (have_waited(gathering, &gathering->topics[i]))
            release_late(&gathering->topics[i], &group);
    pthread_mutex_unlock(&gathering->lock);
    return group;
}

struct kafka_group kafka_gather_rest(struct kafka_gathering *gathering)
{
    struct kafka_group group = STAILQ_HEAD_INITIALIZER(group);
    pthread_mutex_lock(&gathering->lock);
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        release(&gathering->topics[i], &group);
    pthread_mutex_unlock(&gathering->lock);
    return group;
}

/* --- records ------------------------------------------------------------------------------------------------------ */

static ProtobufCBinaryData value_of(struct kafka_pending *pending)
{
    return (ProtobufCBinaryData){pending->value_bytes, (uint8_t *)pending->bytes + pending->key_bytes};
}

static bool go_together(const struct kafka_pending *a, const struct kafka_pending *b)
{
    return a->topic_index == b->topic_index && a->partition == b->partition && a->partition >= 0 && !b->is_tombstone;
}

static void take(struct kafka_shipment *shipment, struct kafka_pending *pending)
{
    STAILQ_INSERT_TAIL(&shipment->messages, pending, entry);
    talloc_steal(shipment, pending);
    shipment->n++;
}

/* Those that stand behind one for which there is no room wait for the next record: their order stays. */
static ProtobufCBinaryData bundle_with(struct kafka_shipment *shipment, struct kafka_group *group)
{
    struct envelope_bundle bundle = {.bytes = 0};
    struct kafka_group others = STAILQ_HEAD_INITIALIZER(others);
    struct kafka_pending *first = STAILQ_FIRST(&shipment->messages), *pending;
    envelope_bundle_add(shipment, &bundle, value_of(first));
    while ((pending = STAILQ_FIRST(group))) {
        bool together = go_together(first, pending);
        if (together && (shipment->n == TOGETHER_MOST || !envelope_bundle_has_room(&bundle, pending->value_bytes)))
            break;
        STAILQ_REMOVE_HEAD(group, entry);
        if (together) {
            take(shipment, pending);
            envelope_bundle_add(shipment, &bundle, value_of(pending));
        } else {
            STAILQ_INSERT_TAIL(&others, pending, entry);
        }
    }
    STAILQ_CONCAT(&others, group);
    STAILQ_CONCAT(group, &others);
    return envelope_bundle_value(shipment, &bundle);
}

struct kafka_shipment *kafka_shipment_take(struct kafka_group *group, bool together)
{
    struct kafka_shipment *shipment = mem_new(NULL, struct kafka_shipment);
    struct kafka_pending *first = STAILQ_FIRST(group);
    STAILQ_INIT(&shipment->messages);
    STAILQ_REMOVE_HEAD(group, entry);
    take(shipment, first);
    if (!first->is_tombstone)
        shipment->value = together ? bundle_with(shipment, group) : value_of(first);
    return shipment;
}

void kafka_shipment_settle(struct kafka_shipment *shipment, const struct kafka_report *report)
{
    const struct kafka_pending *pending;
    struct kafka_report told = *report;
    STAILQ_FOREACH(pending, &shipment->messages, entry)
    {
        told.group = pending->group;
        if (pending->fn)
            pending->fn(pending->arg, &told);
    }
    mem_free(shipment);
}
