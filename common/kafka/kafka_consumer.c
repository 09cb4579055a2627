/* Polling and life of consumers. Records are taken one by one (rd_kafka_consumer_poll): the batch call of 2.0 neither
 * counts as polling nor drops what was fetched before a new assignment. */
#include "common/kafka/kafka_consumer_state.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"

#include <stdio.h>
#include <string.h>

struct kafka_batch {
    struct kafka_records records; /* first: kafka_records_free gets this address */
    ARRAY(struct kafka_record) taken;
    ARRAY(rd_kafka_message_t *) messages; /* of the same order: their keys and values are the records' */
};

/* Whoever comes with our instance id takes our place in the group: another process, or we ourselves where the
 * coordinator lost its answer to our last join. */
static void stop(struct kafka_consumer *consumer)
{
    char text[256] = "";
    bool fenced = rd_kafka_fatal_error(consumer->rk, text, sizeof text) == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID;
    if (consumer->stopped)
        return;
    log_error("kafka_consumer_fatal", "detail=\"%s\"", text);
    consumer->stopped = fenced ? ERR_OWNER_LOST : ERR_CONFIG;
}

static void on_error(rd_kafka_t *rk, int failed, const char *reason, void *arg)
{
    (void)rk;
    struct kafka_consumer *consumer = arg;
    log_debug("kafka_consumer", "detail=\"%s\"", reason);
    if (failed == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        consumer->failed = ERR_RETRY;
    if (failed == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || failed == RD_KAFKA_RESP_ERR__TRANSPORT)
        kafka_broker_was_away(consumer);
    if (failed == RD_KAFKA_RESP_ERR__FATAL)
        stop(consumer);
}

static void note_error(struct kafka_consumer *consumer, const rd_kafka_message_t *message)
{
    switch (message->err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF: kafka_note_progress(consumer, message); return;
    case RD_KAFKA_RESP_ERR__FATAL: stop(consumer); return;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE: kafka_out_of_log(consumer, message); return;
    default:
        log_debug("kafka_consumer", "detail=\"%s\"", rd_kafka_message_errstr(message));
        consumer->failed = ERR_RETRY;
    }
}

static int batch_destroy(struct kafka_batch *batch)
{
    for (size_t i = 0; i < batch->messages.n; i++)
        rd_kafka_message_destroy(batch->messages.items[i]);
    return 0;
}

static void batch_clear(struct kafka_batch *batch)
{
    batch_destroy(batch);
    batch->messages.n = batch->taken.n = 0;
}

static void batch_add(struct kafka_batch *batch, rd_kafka_message_t *message)
{
    rd_kafka_timestamp_type_t type;
    int birth = 0;
    enum topic topic = kafka_log_topic(rd_kafka_topic_name(message->rkt), &birth);
    const struct kafka_record record = {
        .topic = topic,
        .partition = kafka_number_of(birth, message->partition),
        .offset = message->offset,
        .append_time_us = rd_kafka_message_timestamp(message, &type) * 1000,
        .key = message->key,
        .key_bytes = message->key_len,
        .value = message->payload,
        .value_bytes = message->len,
    };
    array_add(batch, &batch->taken, record);
    array_add(batch, &batch->messages, message);
}

/* One event: a record joins the batch, errors are noted, rebalances are served. False: nothing came. */
static bool take_one(struct kafka_consumer *consumer, struct kafka_batch *batch, int wait_ms)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer->rk, wait_ms);
    if (consumer->changed)
        batch_clear(batch); /* the positions asked for come before these records: they come again */
    consumer->changed = false;
    if (!message)
        return false;
    if (message->err) {
        note_error(consumer, message);
        rd_kafka_message_destroy(message);
        return true;
    }
    kafka_note_progress(consumer, message);
    batch_add(batch, message);
    return true;
}

/* Waits for the first record only. */
static void take_batch(struct kafka_consumer *consumer, struct kafka_batch *batch, size_t limit, int wait_ms)
{
    int64_t until_us = clock_monotonic_us() + wait_ms * INT64_C(1000);
    while (batch->taken.n < limit && !consumer->stopped) {
        int64_t left_us = batch->taken.n > 0 ? 0 : until_us - clock_monotonic_us();
        bool came = take_one(consumer, batch, left_us > 0 ? (int)((left_us + 999) / 1000) : 0);
        if (!came && (batch->taken.n > 0 || left_us <= 0))
            return;
    }
}

static enum err poll_result(struct kafka_consumer *consumer, const struct kafka_batch *batch, enum err unasked)
{
    if (batch->taken.n > 0)
        return ERR_OK; /* the error, if any, is said by the next call */
    enum err err = consumer->stopped ? consumer->stopped : unasked ? unasked : consumer->failed;
    consumer->failed = ERR_OK;
    return err;
}

enum err kafka_poll(struct kafka_consumer *consumer, size_t limit, int wait_ms, struct kafka_records **ret_records)
{
    struct kafka_batch *batch = mem_new(NULL, struct kafka_batch);
    talloc_set_destructor(batch, batch_destroy);
    enum err unasked = kafka_ask_again(consumer);
    consumer->changed = false; /* nothing was taken yet that it could concern */
    take_batch(consumer, batch, limit, wait_ms);
    kafka_lag_tick(consumer);
    enum err err = poll_result(consumer, batch, unasked);
    if (err) {
        mem_free(batch);
        return err;
    }
    batch->records = (struct kafka_records){.items = batch->taken.items, .n = batch->taken.n};
    *ret_records = &batch->records;
    return ERR_OK;
}

void kafka_records_free(struct kafka_records *records)
{
    mem_free(records); /* its batch: the same address */
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static const struct kafka_setting SETTINGS[] = {
    {"allow.auto.create.topics", "false"},
    {"enable.auto.commit", "false"},
    {"enable.auto.offset.store", "false"},
    {"enable.partition.eof", "true"},
    {"fetch.error.backoff.ms", "10"},
    {"queued.max.messages.kbytes", "16384"},
    {"check.crcs", "true"},
    {"partition.assignment.strategy", "range"},
    {"session.timeout.ms", "8000"},
    {"heartbeat.interval.ms", "1000"},
    {"max.poll.interval.ms",
     "30000"}, /* above what PostgreSQL may take for a batch; a lost answer to a join is waited for as long */
    {"socket.timeout.ms", "6000"}, /* a coordinator that starts may answer a commit never, and joining waits for that */
};
enum { SETTINGS_N = ARRAY_LENGTH(SETTINGS), MORE_MOST = 8, LEAVE_MOST_US = 2000000 };

/* How long the broker waits, and for how much. Without gathering the first record ends the wait; 10 ms in place of 250
 * cost an idle broker 20 % of a core, and writes 4 ms. */
static void set_fetch(rd_kafka_conf_t *conf, int gather_ms)
{
    char wait_ms[16];
    snprintf(wait_ms, sizeof wait_ms, "%d", gather_ms > 0 ? gather_ms : 250);
    kafka_conf_set(conf, "fetch.wait.max.ms", wait_ms);
    kafka_conf_set(conf, "fetch.min.bytes", gather_ms > 0 ? "262144" : "1");
}

/* `more` comes on top of what all consumers have. */
enum err kafka_consumer_new(TALLOC_CTX *ctx, const struct kafka_consumer_options *options,
                            const struct kafka_setting more[], size_t n_more, struct kafka_consumer **ret_consumer)
{
    struct kafka_setting settings[SETTINGS_N + MORE_MOST];
    memcpy(settings, SETTINGS, sizeof SETTINGS);
    memcpy(settings + SETTINGS_N, more, n_more * sizeof *more);
    struct kafka_consumer *consumer = mem_new(ctx, struct kafka_consumer);
    consumer->options = *options;
    rd_kafka_conf_t *conf = kafka_conf_new(options->brokers, settings, SETTINGS_N + n_more);
    set_fetch(conf, options->gather_ms);
    rd_kafka_conf_set_opaque(conf, consumer);
    rd_kafka_conf_set_error_cb(conf, on_error);
    if (options->assigned)
        rd_kafka_conf_set_rebalance_cb(conf, kafka_on_rebalance);
    enum err err = kafka_client_new(RD_KAFKA_CONSUMER, conf, &consumer->rk);
    if (err) {
        mem_free(consumer);
        return err;
    }
    rd_kafka_poll_set_consumer(consumer->rk);
    consumer->lag = rd_kafka_topic_partition_list_new(8);
    *ret_consumer = consumer;
    return ERR_OK;
}

static bool has_place(const struct kafka_consumer *consumer)
{
    char *id = rd_kafka_memberid(consumer->rk);
    bool has = id && *id;
    rd_kafka_mem_free(consumer->rk, id);
    return has;
}

/* A static member that is only closed keeps its partitions until its session ends, so that one that was killed gets
 * them back at once. One that stops unsubscribes first: it leaves when it has let go of them, and the next owner has
 * them a moment later. */
static void leave(struct kafka_consumer *consumer)
{
    int64_t until_us = clock_monotonic_us() + LEAVE_MOST_US;
    if (!consumer->options.group || consumer->stopped || rd_kafka_unsubscribe(consumer->rk))
        return;
    while (has_place(consumer) && clock_monotonic_us() < until_us) {
        rd_kafka_message_t *ignored = rd_kafka_consumer_poll(consumer->rk, 10); /* calls `revoked` */
        if (ignored)
            rd_kafka_message_destroy(ignored);
    }
}

bool kafka_reads_from(const struct kafka_consumer *consumer, const char *cluster)
{
    char *id = rd_kafka_clusterid(consumer->rk, 0); /* as the last answer had it */
    bool same = !id || strcmp(id, cluster) == 0;
    if (id)
        rd_kafka_mem_free(consumer->rk, id);
    return same;
}

void kafka_consumer_stop(struct kafka_consumer *consumer)
{
    kafka_lag_send(consumer);
    leave(consumer);
    rd_kafka_consumer_close(consumer->rk); /* calls `revoked`, but for one with a fatal error */
    if (consumer->held)
        rd_kafka_topic_partition_list_destroy(consumer->held);
    rd_kafka_topic_partition_list_destroy(consumer->lag);
    rd_kafka_destroy(consumer->rk);
    mem_free(consumer);
}

static void add_births(rd_kafka_topic_partition_list_t *list, enum topic topic)
{
    char name[KAFKA_NAME_BYTES];
    for (int birth = 1; birth <= kafka_newest_birth(); birth++)
        if (kafka_partitions_of(topic, birth) > 0)
            rd_kafka_topic_partition_list_add(list, kafka_log_name(topic, birth, name), RD_KAFKA_PARTITION_UA);
}

static enum err subscribe(struct kafka_consumer *consumer)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
    for (size_t i = 0; i < consumer->options.n_topics; i++)
        add_births(list, consumer->options.topics[i]);
    rd_kafka_resp_err_t failed = rd_kafka_subscribe(consumer->rk, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (failed)
        log_error("kafka_subscribe", "group=%s detail=\"%s\"", consumer->options.group, rd_kafka_err2str(failed));
    return failed ? ERR_CONFIG : ERR_OK;
}

enum err kafka_consumer_start(TALLOC_CTX *ctx, const struct kafka_consumer_options *options,
                              struct kafka_consumer **ret_consumer)
{
    char instance[160];
    snprintf(instance, sizeof instance, "%s-%s", options->group, options->instance);
    const struct kafka_setting group[] = {
        {"group.id", options->group},
        {"group.instance.id", instance},
        {"auto.offset.reset", "error"},
    };
    struct kafka_consumer *consumer;
    enum err err = kafka_consumer_new(ctx, options, group, 3, &consumer);
    if (err)
        return err;
    err = subscribe(consumer);
    if (err)
        kafka_consumer_stop(consumer);
    else
        *ret_consumer = consumer;
    return err;
}
