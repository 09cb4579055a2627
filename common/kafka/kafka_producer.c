/* The idempotent producer.
 *
 *   any thread       kafka_produce ─▶ librdkafka's queue        (read lock: the client stays while it is used)
 *                          └─ where it gathers, a group is out: it waits (kafka_gather.h)
 *                    kafka_answered ─▶ after the last of the group, the next one
 *   reports' thread  delivery reports; what has waited for long
 *                    on a fatal error: a new client, then the old one's reports, all "unknown"
 *   asking thread    asks the brokers for the topics every 300 ms: only an answer proves that a broker lives, as one
 *                    that is frozen keeps its connections open. It keeps the topics warm, and tells of births. */
#include "common/kafka/kafka_gather.h"
#include "common/kafka/kafka_internal.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum {
    ASK_INTERVAL_MS = 300,
    ASK_TIMEOUT_MS = 500,
    FIRST_ASK_TIMEOUT_MS = 1000,
    POLL_MS = 100,
    GATHERING_POLL_MS = 20
};

struct client {
    rd_kafka_t *rk;
    rd_kafka_topic_t *topics[TOPIC_COUNT]; /* of the newest birth; NULL until that is known */
};

struct kafka_producer {
    char *brokers;
    struct kafka_producer_options options;
    pthread_rwlock_t lock; /* of `client`: written when it is replaced */
    struct client client;
    struct kafka_gathering gathering;
    pthread_t reports, asking;
    pthread_mutex_t stop_lock;
    pthread_cond_t stop_signal;
    bool asking_stops; /* under stop_lock */
    atomic_bool reports_stop;
    atomic_int_least64_t answered_us; /* monotonic */
};

static void broker_answered(struct kafka_producer *producer)
{
    atomic_store_explicit(&producer->answered_us, clock_monotonic_us(), memory_order_relaxed);
}

int64_t kafka_silent_us(const struct kafka_producer *producer)
{
    return clock_monotonic_us() - atomic_load_explicit(&producer->answered_us, memory_order_relaxed);
}

enum err kafka_takes_writes(const struct kafka_producer *producer, int64_t silent_most_us)
{
    bool is_open;
    return kafka_silent_us(producer) > silent_most_us || kafka_later_birth(&is_open) > 0 ? ERR_UNAVAILABLE : ERR_OK;
}

/* --- sending ------------------------------------------------------------------------------------------------------ */

static enum err err_from_produce(rd_kafka_resp_err_t failed)
{
    switch (failed) {
    case RD_KAFKA_RESP_ERR__QUEUE_FULL: return ERR_OVERLOADED;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE: return ERR_INTERNAL; /* limits on input are below the queue's */
    default: return ERR_RETRY; /* fatal, until the client is replaced; topic unknown, until it is made */
    }
}

/* On an error no report will come. The bytes stay where they are until the report: nothing is copied. */
static enum err ship(struct kafka_producer *producer, struct kafka_shipment *shipment)
{
    struct kafka_pending *first = STAILQ_FIRST(&shipment->messages);
    pthread_rwlock_rdlock(&producer->lock);
    rd_kafka_topic_t *topic = producer->client.topics[first->topic_index];
    int failed = !topic || rd_kafka_produce(topic, first->partition, 0, shipment->value.data, shipment->value.len,
                                            first->bytes, first->key_bytes, shipment);
    enum err err = !topic ? ERR_RETRY : failed ? err_from_produce(rd_kafka_last_error()) : ERR_OK;
    pthread_rwlock_unlock(&producer->lock);
    return err;
}

static bool gathers(const struct kafka_producer *producer)
{
    return producer->options.gather_ms > 0;
}

/* Reports a record's messages. What waited for them goes into `ret_next`. */
static void settle(struct kafka_producer *producer, struct kafka_shipment *shipment, const struct kafka_report *what,
                   struct kafka_group *ret_next)
{
    const struct kafka_pending *first = STAILQ_FIRST(&shipment->messages);
    size_t n = shipment->n, topic_index = first->topic_index;
    uint64_t group = first->group;
    kafka_shipment_settle(shipment, what);
    if (!gathers(producer))
        return;
    struct kafka_group next = kafka_gather_leave(&producer->gathering, topic_index, group, n,
                                                 what->err ? KAFKA_FAILED : KAFKA_REPORTED);
    STAILQ_CONCAT(ret_next, &next);
}

static void send_group(struct kafka_producer *producer, struct kafka_group *group)
{
    while (!STAILQ_EMPTY(group)) {
        struct kafka_shipment *shipment = kafka_shipment_take(group, gathers(producer));
        enum err err = ship(producer, shipment);
        if (err)
            settle(producer, shipment, &(struct kafka_report){.err = err}, group);
    }
}

/* --- client ------------------------------------------------------------------------------------------------------- */

/* A broker that knows nothing yet of a client on a partition, as of one that was just made, takes its second request
 * though it refused the first; the first, sent again, then is a sequence of before to it. librdkafka calls that a
 * success without an offset: the message is on no log. */
enum err kafka_report_err(const rd_kafka_message_t *message)
{
    return message->err || message->offset < 0 ? ERR_OUTCOME_UNKNOWN : ERR_OK;
}

static void on_report(rd_kafka_t *rk, const rd_kafka_message_t *message, void *arg)
{
    (void)rk;
    struct kafka_producer *producer = arg;
    rd_kafka_timestamp_type_t type;
    if (!message->err)
        broker_answered(producer);
    struct kafka_group next = STAILQ_HEAD_INITIALIZER(next);
    settle(producer, message->_private,
           &(struct kafka_report){
               .err = kafka_report_err(message),
               .partition = kafka_number_of(kafka_newest_birth(), message->partition),
               .offset = message->offset,
               .append_time_us = rd_kafka_message_timestamp(message, &type) * 1000,
           },
           &next);
    send_group(producer, &next);
}

static rd_kafka_conf_t *client_conf(struct kafka_producer *producer)
{
    char timeout_ms[16], linger_ms[16];
    snprintf(timeout_ms, sizeof timeout_ms, "%d", producer->options.timeout_ms);
    snprintf(linger_ms, sizeof linger_ms, "%d", producer->options.linger_ms);
    const struct kafka_setting settings[] = {
        {"enable.idempotence", "true"},     {"acks", "all"},
        {"linger.ms", linger_ms},           {"compression.type", "none"},
        {"partitioner", "murmur2_random"},  {"message.timeout.ms", timeout_ms},
        {"request.timeout.ms", timeout_ms}, {"queue.buffering.max.kbytes", "65536"},
    };
    rd_kafka_conf_t *conf = kafka_conf_new(producer->brokers, settings, ARRAY_LENGTH(settings));
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    rd_kafka_conf_set_opaque(conf, producer);
    return conf;
}

static void name_topics(struct client *client)
{
    char name[KAFKA_NAME_BYTES];
    int birth = kafka_newest_birth();
    for (size_t i = 0; i < TOPIC_COUNT && birth > 0; i++)
        client->topics[i] = rd_kafka_topic_new(client->rk, kafka_log_name(KAFKA_TOPICS[i], birth, name), NULL);
}

static enum err client_open(struct kafka_producer *producer, struct client *ret_client)
{
    struct client client = {0};
    enum err err = kafka_client_new(RD_KAFKA_PRODUCER, client_conf(producer), &client.rk);
    if (err)
        return err;
    name_topics(&client);
    *ret_client = client;
    return ERR_OK;
}

static void client_close(struct client *client)
{
    for (size_t i = 0; i < TOPIC_COUNT && client->topics[i]; i++)
        rd_kafka_topic_destroy(client->topics[i]);
    rd_kafka_destroy(client->rk);
}

/* Every message gets its report before the client goes. */
static void client_drain(struct client *client)
{
    rd_kafka_purge(client->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    while (rd_kafka_outq_len(client->rk) > 0)
        rd_kafka_poll(client->rk, POLL_MS);
    client_close(client);
}

static struct client client_now(struct kafka_producer *producer)
{
    pthread_rwlock_rdlock(&producer->lock);
    struct client client = producer->client;
    pthread_rwlock_unlock(&producer->lock);
    return client;
}

/* --- the reports' thread ------------------------------------------------------------------------------------------ */

static void client_replace(struct kafka_producer *producer)
{
    struct client fresh, old;
    if (client_open(producer, &fresh))
        return; /* it logged; the next round tries again */
    pthread_rwlock_wrlock(&producer->lock);
    old = producer->client;
    producer->client = fresh;
    pthread_rwlock_unlock(&producer->lock);
    client_drain(&old);
}

static void *reports_run(void *arg)
{
    struct kafka_producer *producer = arg;
    char reason[256];
    while (!atomic_load(&producer->reports_stop)) {
        struct client client = client_now(producer); /* only this thread replaces it */
        rd_kafka_poll(client.rk, gathers(producer) ? GATHERING_POLL_MS : POLL_MS);
        struct kafka_group late = kafka_gather_late(&producer->gathering);
        send_group(producer, &late);
        if (rd_kafka_fatal_error(client.rk, reason, sizeof reason)) {
            log_error("kafka_producer_fatal", "detail=\"%s\"", reason);
            client_replace(producer);
        }
    }
    return NULL;
}

/* --- the asking thread -------------------------------------------------------------------------------------------- */

/* The client was opened before a broker had told which birth is the newest. */
static void name_late(struct kafka_producer *producer)
{
    pthread_rwlock_wrlock(&producer->lock);
    if (!producer->client.topics[0])
        name_topics(&producer->client);
    pthread_rwlock_unlock(&producer->lock);
}

static void ask(struct kafka_producer *producer, int timeout_ms)
{
    const struct rd_kafka_metadata *metadata;
    pthread_rwlock_rdlock(&producer->lock);
    bool is_named = producer->client.topics[0];
    rd_kafka_resp_err_t failed = rd_kafka_metadata(producer->client.rk, 1, NULL, &metadata, timeout_ms);
    pthread_rwlock_unlock(&producer->lock);
    if (failed)
        return; /* silence grows */
    kafka_births_note(metadata);
    rd_kafka_metadata_destroy(metadata);
    broker_answered(producer);
    if (!is_named)
        name_late(producer);
}

enum err kafka_ends(struct kafka_producer *producer, TALLOC_CTX *ctx, const enum topic topics[], size_t n,
                    int deadline_ms, struct kafka_end **ret_ends, size_t *ret_n)
{
    pthread_rwlock_rdlock(&producer->lock);
    enum err err = kafka_client_ends(producer->client.rk, ctx, topics, n, deadline_ms, ret_ends, ret_n);
    pthread_rwlock_unlock(&producer->lock);
    return err;
}

static bool wait_for_stop(struct kafka_producer *producer, int wait_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += wait_ms * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_mutex_lock(&producer->stop_lock);
    if (!producer->asking_stops)
        pthread_cond_timedwait(&producer->stop_signal, &producer->stop_lock, &until);
    bool stops = producer->asking_stops;
    pthread_mutex_unlock(&producer->stop_lock);
    return stops;
}

static void *asking_run(void *arg)
{
    struct kafka_producer *producer = arg;
    while (!wait_for_stop(producer, ASK_INTERVAL_MS))
        ask(producer, ASK_TIMEOUT_MS);
    return NULL;
}

/* --- life --------------------------------------------------------------------------------------------------------- */

/* Producing must not wait for a client that waits for its topics: readers go first. */
static void locks_init(struct kafka_producer *producer)
{
    pthread_rwlock_init(&producer->lock, NULL);
    pthread_mutex_init(&producer->stop_lock, NULL);
    pthread_cond_init(&producer->stop_signal, NULL);
}

enum err kafka_producer_start(TALLOC_CTX *ctx, const char *brokers, const struct kafka_producer_options *options,
                              struct kafka_producer **ret_producer)
{
    struct kafka_producer *producer = mem_new(ctx, struct kafka_producer);
    producer->brokers = mem_text(producer, brokers);
    producer->options = *options;
    kafka_gathering_init(&producer->gathering, options->gather_ms);
    enum err err = client_open(producer, &producer->client);
    if (err) {
        mem_free(producer);
        return err;
    }
    locks_init(producer);
    broker_answered(producer);           /* silence is counted from here */
    ask(producer, FIRST_ASK_TIMEOUT_MS); /* warms the topics; without a broker we start all the same */
    if (pthread_create(&producer->reports, NULL, reports_run, producer) ||
        pthread_create(&producer->asking, NULL, asking_run, producer))
        abort(); /* as for memory: a machine without room for a thread */
    *ret_producer = producer;
    return ERR_OK;
}

static void threads_stop(struct kafka_producer *producer)
{
    pthread_mutex_lock(&producer->stop_lock);
    producer->asking_stops = true;
    pthread_cond_signal(&producer->stop_signal);
    pthread_mutex_unlock(&producer->stop_lock);
    pthread_join(producer->asking, NULL);
    atomic_store(&producer->reports_stop, true);
    pthread_join(producer->reports, NULL);
}

void kafka_producer_stop(struct kafka_producer *producer, int deadline_ms)
{
    threads_stop(producer);
    struct kafka_group last = kafka_gather_rest(&producer->gathering);
    send_group(producer, &last);
    rd_kafka_flush(producer->client.rk, deadline_ms); /* what is left after it is purged, and reported */
    client_drain(&producer->client);
    pthread_rwlock_destroy(&producer->lock);
    kafka_gathering_done(&producer->gathering);
    pthread_mutex_destroy(&producer->stop_lock);
    pthread_cond_destroy(&producer->stop_signal);
    mem_free(producer);
}

/* --- producing ---------------------------------------------------------------------------------------------------- */

static size_t topic_index(enum topic topic)
{
    size_t i = 0;
    while (KAFKA_TOPICS[i] != topic)
        i++; /* topic_name() would have stopped at one of no row */
    return i;
}

static struct kafka_pending *pending_new(enum topic topic, int32_t partition, const void *key, size_t key_bytes,
                                         const void *value, size_t value_bytes)
{
    struct kafka_pending *pending = mem_zalloc(NULL, sizeof *pending + key_bytes + value_bytes, "pending");
    pending->topic_index = topic_index(topic);
    pending->partition = partition;
    pending->key_bytes = key_bytes;
    pending->value_bytes = value_bytes;
    pending->is_tombstone = !value;
    memcpy(pending->bytes, key, key_bytes);
    if (value)
        memcpy(pending->bytes + key_bytes, value, value_bytes);
    return pending;
}

/* Takes the message over, unless it fails. */
static enum err send_at_once(struct kafka_producer *producer, struct kafka_pending *pending)
{
    struct kafka_group group = STAILQ_HEAD_INITIALIZER(group);
    STAILQ_INSERT_TAIL(&group, pending, entry);
    struct kafka_shipment *shipment = kafka_shipment_take(&group, false);
    enum err err = ship(producer, shipment);
    if (err)
        mem_free(shipment);
    return err;
}

/* Known where messages go together; else librdkafka chooses, by the same function. */
static int32_t partition_of(struct kafka_producer *producer, enum topic topic, const void *key, size_t key_bytes)
{
    int n = topic_partitions(topic);
    if (!gathers(producer) || n <= 0)
        return RD_KAFKA_PARTITION_UA;
    pthread_rwlock_rdlock(&producer->lock);
    int32_t partition = rd_kafka_msg_partitioner_murmur2_random(producer->client.topics[topic_index(topic)], key,
                                                                key_bytes, n, NULL, NULL);
    pthread_rwlock_unlock(&producer->lock);
    return partition;
}

static int32_t into_newest(enum topic topic, int32_t partition)
{
    int n = topic_partitions(topic);
    return partition < 0 || n == 0 ? partition : kafka_place_of(partition) % n;
}

void kafka_answered(struct kafka_producer *producer, enum topic topic, uint64_t group)
{
    struct kafka_group next = kafka_gather_leave(&producer->gathering, topic_index(topic), group, 1, KAFKA_ANSWERED);
    send_group(producer, &next);
}

enum err kafka_produce_to(struct kafka_producer *producer, enum topic topic, int32_t partition, const void *key,
                          size_t key_bytes, const void *value, size_t value_bytes, kafka_report_fn *report, void *arg)
{
    struct kafka_pending *pending = pending_new(topic, into_newest(topic, partition), key, key_bytes, value,
                                                value_bytes);
    struct kafka_group group = STAILQ_HEAD_INITIALIZER(group);
    pending->fn = report;
    pending->arg = arg;
    if (!gathers(producer))
        return send_at_once(producer, pending);
    enum err err = kafka_gather_enter(&producer->gathering, pending, &group);
    if (err)
        mem_free(pending);
    else
        send_group(producer, &group);
    return err;
}

enum err kafka_produce(struct kafka_producer *producer, enum topic topic, const void *key, size_t key_bytes,
                       const void *value, size_t value_bytes, kafka_report_fn *report, void *arg)
{
    return kafka_produce_to(producer, topic, partition_of(producer, topic, key, key_bytes), key, key_bytes, value,
                            value_bytes, report, arg);
}
