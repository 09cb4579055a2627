/* The idempotent producer.
 *
 *   any thread       kafka_produce ─▶ librdkafka's queue        (read lock: the client stays while it is used)
 *                          └─ gathering: others are on their way ─▶ waiting ─┐
 *   reports' thread  delivery reports; after the last of them ◀──────────────┘ all that waits goes as one group
 *                    on a fatal error: a new client, then the old one's reports, all "unknown"
 *   asking thread    asks the brokers for the topics every 300 ms: only an answer proves that a broker lives, as a
 *                    frozen one keeps its connections open. It also keeps the topics warm, and tells of births. */
#include "common/kafka/kafka_internal.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/queue.h>

enum {
    ASK_INTERVAL_MS = 300,
    ASK_TIMEOUT_MS = 500,
    FIRST_ASK_TIMEOUT_MS = 1000,
    POLL_MS = 100,
    GATHERING_POLL_MS = 20,
    WAITING_MOST = 20000
};

struct client {
    rd_kafka_t *rk;
    rd_kafka_topic_t *topics[TOPIC_COUNT]; /* of the newest birth; NULL until that is known */
};

/* A message from kafka_produce until its report. */
struct pending {
    STAILQ_ENTRY(pending) entry; /* while it waits */
    kafka_report_fn *fn;
    void *arg;
    size_t topic_index, key_bytes, value_bytes;
    int32_t partition;
    bool is_tombstone;
    char bytes[]; /* key, value */
};
STAILQ_HEAD(group, pending);

struct kafka_producer {
    char *brokers;
    struct kafka_producer_options options;
    pthread_rwlock_t lock; /* of `client`: written when it is replaced */
    struct client client;
    pthread_mutex_t gate; /* of the next four */
    struct group waiting;
    size_t n_waiting, n_on_way;
    int64_t waiting_since_us; /* monotonic */
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

/* On an error no report will come. */
static enum err send_one(struct kafka_producer *producer, struct pending *p)
{
    char *value = p->is_tombstone ? NULL : p->bytes + p->key_bytes;
    pthread_rwlock_rdlock(&producer->lock);
    rd_kafka_topic_t *topic = producer->client.topics[p->topic_index];
    int failed = !topic || rd_kafka_produce(topic, p->partition, RD_KAFKA_MSG_F_COPY, value, p->value_bytes, p->bytes,
                                            p->key_bytes, p);
    enum err err = !topic ? ERR_RETRY : failed ? err_from_produce(rd_kafka_last_error()) : ERR_OK;
    pthread_rwlock_unlock(&producer->lock);
    return err;
}

/* --- gathering: Nagle's rule for messages (RFC 896) --------------------------------------------------------------- */

static bool gathers(const struct kafka_producer *producer)
{
    return producer->options.gather_ms > 0;
}

/* Under the gate: all that waits is on its way from now on, and the caller's to send. */
static struct group release(struct kafka_producer *producer)
{
    struct group group = STAILQ_HEAD_INITIALIZER(group);
    STAILQ_CONCAT(&group, &producer->waiting);
    producer->n_on_way += producer->n_waiting;
    producer->n_waiting = 0;
    return group;
}

static bool have_waited(const struct kafka_producer *producer)
{
    return clock_monotonic_us() - producer->waiting_since_us >= producer->options.gather_ms * INT64_C(1000);
}

/* What is to be sent now: the message alone, nothing, or all that has waited long enough. ERR_OVERLOADED: nothing was
 * taken. */
static enum err enter(struct kafka_producer *producer, struct pending *pending, struct group *ret_group)
{
    enum err err = ERR_OK;
    pthread_mutex_lock(&producer->gate);
    bool waits = producer->n_on_way > 0;
    if (waits && producer->n_waiting >= WAITING_MOST) {
        err = ERR_OVERLOADED;
    } else {
        if (producer->n_waiting++ == 0)
            producer->waiting_since_us = clock_monotonic_us();
        STAILQ_INSERT_TAIL(&producer->waiting, pending, entry);
        if (!waits || have_waited(producer))
            *ret_group = release(producer);
    }
    pthread_mutex_unlock(&producer->gate);
    return err;
}

/* One has arrived, or never will. After the last of them, what waits is the caller's to send. */
static struct group leave(struct kafka_producer *producer)
{
    struct group group = STAILQ_HEAD_INITIALIZER(group);
    pthread_mutex_lock(&producer->gate);
    producer->n_on_way--;
    if (producer->n_on_way == 0)
        group = release(producer);
    pthread_mutex_unlock(&producer->gate);
    return group;
}

static void settle(struct pending *pending, const struct kafka_report *what)
{
    if (pending->fn)
        pending->fn(pending->arg, what);
    mem_free(pending);
}

static void send_group(struct kafka_producer *producer, struct group *group)
{
    struct pending *pending;
    while ((pending = STAILQ_FIRST(group))) {
        STAILQ_REMOVE_HEAD(group, entry);
        enum err err = send_one(producer, pending);
        if (!err)
            continue;
        settle(pending, &(struct kafka_report){.err = err});
        struct group next = leave(producer);
        STAILQ_CONCAT(group, &next);
    }
}

/* So that a partition that is slow to answer holds nobody back for longer. */
static void send_late(struct kafka_producer *producer)
{
    struct group group = STAILQ_HEAD_INITIALIZER(group);
    pthread_mutex_lock(&producer->gate);
    if (producer->n_waiting > 0 && have_waited(producer))
        group = release(producer);
    pthread_mutex_unlock(&producer->gate);
    send_group(producer, &group);
}

/* --- client ------------------------------------------------------------------------------------------------------- */

static void on_report(rd_kafka_t *rk, const rd_kafka_message_t *message, void *arg)
{
    (void)rk;
    struct kafka_producer *producer = arg;
    rd_kafka_timestamp_type_t type;
    if (!message->err)
        broker_answered(producer);
    settle(message->_private, &(struct kafka_report){
                                  .err = message->err ? ERR_OUTCOME_UNKNOWN : ERR_OK,
                                  .partition = kafka_number_of(kafka_newest_birth(), message->partition),
                                  .offset = message->offset,
                                  .append_time_us = rd_kafka_message_timestamp(message, &type) * 1000,
                              });
    if (!gathers(producer))
        return;
    struct group next = leave(producer);
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
        send_late(producer);
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
    pthread_mutex_init(&producer->gate, NULL);
    pthread_mutex_init(&producer->stop_lock, NULL);
    pthread_cond_init(&producer->stop_signal, NULL);
}

enum err kafka_producer_start(TALLOC_CTX *ctx, const char *brokers, const struct kafka_producer_options *options,
                              struct kafka_producer **ret_producer)
{
    struct kafka_producer *producer = mem_new(ctx, struct kafka_producer);
    producer->brokers = mem_text(producer, brokers);
    producer->options = *options;
    STAILQ_INIT(&producer->waiting);
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

static void send_last(struct kafka_producer *producer)
{
    pthread_mutex_lock(&producer->gate);
    struct group last = release(producer);
    pthread_mutex_unlock(&producer->gate);
    send_group(producer, &last);
}

void kafka_producer_stop(struct kafka_producer *producer, int deadline_ms)
{
    threads_stop(producer);
    send_last(producer);
    rd_kafka_flush(producer->client.rk, deadline_ms); /* what is left after it is purged, and reported */
    client_drain(&producer->client);
    pthread_rwlock_destroy(&producer->lock);
    pthread_mutex_destroy(&producer->gate);
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

static struct pending *pending_new(enum topic topic, const void *key, size_t key_bytes, const void *value,
                                   size_t value_bytes)
{
    struct pending *pending = mem_zalloc(NULL, sizeof *pending + key_bytes + value_bytes, "pending");
    pending->topic_index = topic_index(topic);
    pending->key_bytes = key_bytes;
    pending->value_bytes = value_bytes;
    pending->is_tombstone = !value;
    memcpy(pending->bytes, key, key_bytes);
    if (value)
        memcpy(pending->bytes + key_bytes, value, value_bytes);
    return pending;
}

static int32_t into_newest(enum topic topic, int32_t partition)
{
    int n = topic_partitions(topic);
    return partition < 0 || n == 0 ? partition : kafka_place_of(partition) % n;
}

enum err kafka_produce_to(struct kafka_producer *producer, enum topic topic, int32_t partition, const void *key,
                          size_t key_bytes, const void *value, size_t value_bytes, kafka_report_fn *report, void *arg)
{
    struct pending *pending = pending_new(topic, key, key_bytes, value, value_bytes);
    struct group group = STAILQ_HEAD_INITIALIZER(group);
    pending->partition = into_newest(topic, partition);
    pending->fn = report;
    pending->arg = arg;
    enum err err = gathers(producer) ? enter(producer, pending, &group) : send_one(producer, pending);
    if (err)
        mem_free(pending);
    else
        send_group(producer, &group);
    return err;
}

enum err kafka_produce(struct kafka_producer *producer, enum topic topic, const void *key, size_t key_bytes,
                       const void *value, size_t value_bytes, kafka_report_fn *report, void *arg)
{
    return kafka_produce_to(producer, topic, RD_KAFKA_PARTITION_UA, key, key_bytes, value, value_bytes, report, arg);
}
