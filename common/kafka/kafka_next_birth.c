/* The steps to the next birth of topics (kafka.h, "births"). Each can be done again where it was broken off:
 *
 *   begin ─▶ the compacted topics of the next birth are there: gateways that see them take no writes
 *   close ─▶ the topics of this birth take no record any more, from nobody, however late: their ends are final
 *   open  ─▶ the compacted topics are copied, the other topics made, auth.commands last: it opens the birth
 *   give_up, instead of open: this birth takes records again, what there is of the next is deleted
 *
 * A topic is closed by the largest record that it takes, none: Kafka has no other word for it. Brokers heed it some
 * milliseconds after they said so: between close and open the topics are read to their ends once more. */
#include "common/kafka/kafka_admin.h"

#include "common/kafka/kafka_consumer_state.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"

#include <string.h>

#define LARGEST "max.message.bytes"
enum { BATCH = 5000, POLL_MS = 100 };

struct step {
    struct kafka_admin admin;
    struct kafka_births births;
    enum topic compacted[TOPIC_COUNT], rest[TOPIC_COUNT]; /* the rest without auth.commands */
    size_t n_compacted, n_rest;
};

/* --- where it stands ---------------------------------------------------------------------------------------------- */

static void sort_topics(struct step *step)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        if (topic_retention_days(KAFKA_TOPICS[i]) == 0)
            step->compacted[step->n_compacted++] = KAFKA_TOPICS[i];
        else if (i > 0)
            step->rest[step->n_rest++] = KAFKA_TOPICS[i];
    }
}

static struct kafka_births births_of(const struct kafka_admin *admin)
{
    struct kafka_births births = {.open = kafka_open_birth(admin->metadata)};
    if (births.open > 0)
        births.partitions = kafka_admin_find(admin, KAFKA_TOPICS[0], births.open)->partition_cnt;
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        const struct rd_kafka_metadata_topic *found = kafka_admin_find(admin, KAFKA_TOPICS[i], births.open + 1);
        if (found)
            births.next_partitions = found->partition_cnt;
    }
    return births;
}

static int partitions_ever(const struct kafka_admin *admin)
{
    int n = 0;
    for (int birth = 1; birth <= kafka_open_birth(admin->metadata); birth++) {
        const struct rd_kafka_metadata_topic *found = kafka_admin_find(admin, KAFKA_TOPICS[0], birth);
        n += found ? found->partition_cnt : 0;
    }
    return n;
}

static enum err begin_step(const char *brokers, int deadline_ms, struct step *ret_step)
{
    memset(ret_step, 0, sizeof *ret_step);
    sort_topics(ret_step);
    enum err err = kafka_admin_open(brokers, deadline_ms, &ret_step->admin);
    if (err)
        return err;
    ret_step->births = births_of(&ret_step->admin);
    if (ret_step->births.open > 0 && ret_step->births.open < KAFKA_BIRTHS_MOST)
        return ERR_OK;
    kafka_admin_close(&ret_step->admin);
    return ret_step->births.open == 0 ? ERR_UNAVAILABLE : ERR_LIMIT_REACHED;
}

/* A step that there is nothing to do for without a next birth. */
static enum err continue_step(const char *brokers, int deadline_ms, struct step *ret_step)
{
    enum err err = begin_step(brokers, deadline_ms, ret_step);
    if (err || ret_step->births.next_partitions > 0)
        return err;
    kafka_admin_close(&ret_step->admin);
    return ERR_NOT_FOUND;
}

enum err kafka_births_ask(const char *brokers, int deadline_ms, struct kafka_births *ret_births)
{
    struct step step;
    enum err err = begin_step(brokers, deadline_ms, &step);
    if (err)
        return err;
    *ret_births = step.births;
    kafka_admin_close(&step.admin);
    return ERR_OK;
}

enum err kafka_birth_begin(const char *brokers, int partitions, int deadline_ms)
{
    struct step step;
    if (partitions < 1 || partitions > KAFKA_PARTITIONS_MOST)
        return ERR_INVALID;
    enum err err = begin_step(brokers, deadline_ms, &step);
    if (err)
        return err;
    int under_way = step.births.next_partitions;
    if (under_way > 0 ? under_way != partitions : step.births.partitions == partitions)
        err = ERR_WRONG_STATE;
    else if (partitions_ever(&step.admin) + partitions > KAFKA_PARTITIONS_EVER)
        err = ERR_LIMIT_REACHED;
    else
        err = kafka_admin_create(&step.admin, step.compacted, step.n_compacted, step.births.open + 1, partitions);
    kafka_admin_close(&step.admin);
    return err;
}

/* --- closing ------------------------------------------------------------------------------------------------------ */

/* All settings are said each time: one that is left out would be the broker's default. */
static rd_kafka_ConfigResource_t *setting_of(struct step *step, enum topic topic, bool closed)
{
    char name[KAFKA_NAME_BYTES];
    int birth = step->births.open;
    struct kafka_setting settings[KAFKA_TOPIC_SETTINGS + 1]; /* and one that closes it */
    int replicas = kafka_admin_find(&step->admin, topic, birth)->partitions[0].replica_cnt;
    size_t n = kafka_topic_settings(step->admin.ctx, topic, replicas, settings);
    rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC,
                                                                      kafka_log_name(topic, birth, name));
    if (closed)
        settings[n++] = (struct kafka_setting){LARGEST, "0"};
    for (size_t i = 0; i < n; i++)
        rd_kafka_ConfigResource_set_config(resource, settings[i].key, settings[i].value);
    return resource;
}

static enum err altered_result(const rd_kafka_event_t *event)
{
    size_t n;
    enum err err = ERR_OK;
    const rd_kafka_ConfigResource_t **results = rd_kafka_AlterConfigs_result_resources(
        rd_kafka_event_AlterConfigs_result((rd_kafka_event_t *)(uintptr_t)event), &n);
    for (size_t i = 0; i < n; i++) {
        if (!rd_kafka_ConfigResource_error(results[i]))
            continue;
        log_error("topic_alter", "topic=%s detail=\"%s\"", rd_kafka_ConfigResource_name(results[i]),
                  rd_kafka_ConfigResource_error_string(results[i]));
        err = ERR_UNAVAILABLE;
    }
    return err;
}

static enum err set_closed(struct step *step, bool closed)
{
    rd_kafka_ConfigResource_t *resources[TOPIC_COUNT];
    size_t n = 0;
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        if (kafka_admin_find(&step->admin, KAFKA_TOPICS[i], step->births.open))
            resources[n++] = setting_of(step, KAFKA_TOPICS[i], closed);
    rd_kafka_AdminOptions_t *options = kafka_admin_options(&step->admin, RD_KAFKA_ADMIN_OP_ALTERCONFIGS);
    rd_kafka_AlterConfigs(step->admin.rk, resources, n, options, step->admin.queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_ConfigResource_destroy_array(resources, n);
    rd_kafka_event_t *event = kafka_admin_answer(&step->admin);
    enum err err = event ? altered_result(event) : ERR_UNAVAILABLE;
    if (event)
        rd_kafka_event_destroy(event);
    return err;
}

enum err kafka_birth_close(const char *brokers, int deadline_ms)
{
    struct step step;
    enum err err = continue_step(brokers, deadline_ms, &step);
    if (err)
        return err;
    err = set_closed(&step, true);
    kafka_admin_close(&step.admin);
    return err;
}

/* --- copying ------------------------------------------------------------------------------------------------------ */

struct copying {
    rd_kafka_t *rk;
    rd_kafka_topic_t *topic; /* of the next birth */
    size_t n, n_failed;
};

static void on_copied(rd_kafka_t *rk, const rd_kafka_message_t *message, void *arg)
{
    struct copying *copying = arg;
    (void)rk;
    copying->n_failed += kafka_report_err(message) != ERR_OK;
}

/* Idempotent, so that the records of a partition keep their order whatever is sent again. */
static enum err open_copying(const struct step *step, enum topic topic, struct copying *ret_copying)
{
    char name[KAFKA_NAME_BYTES];
    static const struct kafka_setting SETTINGS[] = {
        {"enable.idempotence", "true"}, {"acks", "all"}, {"linger.ms", "5"}, {"partitioner", "murmur2_random"}};
    rd_kafka_conf_t *conf = kafka_conf_new(step->admin.brokers, SETTINGS, ARRAY_LENGTH(SETTINGS));
    rd_kafka_conf_set_dr_msg_cb(conf, on_copied);
    rd_kafka_conf_set_opaque(conf, ret_copying);
    enum err err = kafka_client_new(RD_KAFKA_PRODUCER, conf, &ret_copying->rk);
    if (!err)
        ret_copying->topic = rd_kafka_topic_new(ret_copying->rk, kafka_log_name(topic, step->births.open + 1, name),
                                                NULL);
    return err;
}

static enum err copy_record(struct copying *copying, const struct kafka_record *record)
{
    void *value = (void *)(uintptr_t)record->value;
    while (rd_kafka_produce(copying->topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value, record->value_bytes,
                            record->key, record->key_bytes, NULL)) {
        if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            return ERR_UNAVAILABLE;
        rd_kafka_poll(copying->rk, POLL_MS);
    }
    copying->n++;
    return ERR_OK;
}

static enum err copy_records(const struct step *step, struct copying *copying, struct kafka_consumer *consumer)
{
    enum err err = ERR_OK;
    while (!err && !kafka_caught_up(consumer)) {
        struct kafka_records *records;
        if (clock_monotonic_us() >= step->admin.deadline_us)
            return ERR_UNAVAILABLE; /* a partition without a leader says nothing */
        err = kafka_poll(consumer, BATCH, POLL_MS, &records);
        if (err)
            return err;
        for (size_t i = 0; i < records->n && !err; i++)
            err = copy_record(copying, &records->items[i]);
        kafka_records_free(records);
        rd_kafka_poll(copying->rk, 0);
    }
    return err;
}

/* A key's records stand in one partition, and are sent in their order. What a copying that was broken off has left
 * stands before them: the last record of each key is the newest all the same. */
static enum err copy_topic(const struct step *step, enum topic topic)
{
    struct kafka_consumer *consumer;
    struct copying copying = {.n = 0};
    enum err err = open_copying(step, topic, &copying);
    if (err)
        return err;
    err = kafka_reader_start_birth(NULL, step->admin.brokers, topic, step->births.open, &consumer);
    if (!err) {
        err = copy_records(step, &copying, consumer);
        kafka_consumer_stop(consumer);
    }
    if (rd_kafka_flush(copying.rk, kafka_admin_left_ms(&step->admin)) || copying.n_failed > 0)
        err = err ? err : ERR_UNAVAILABLE;
    log_info("topic_copied", "topic=%s birth=%d records=%zu failed=%zu err=%s", topic_name(topic),
             step->births.open + 1, copying.n, copying.n_failed, err_word(err));
    rd_kafka_topic_destroy(copying.topic);
    rd_kafka_purge(copying.rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_destroy(copying.rk);
    return err;
}

/* --- opening, or giving up ---------------------------------------------------------------------------------------- */

static enum err open_next(struct step *step)
{
    int birth = step->births.open + 1, partitions = step->births.next_partitions;
    enum err err = set_closed(step, true); /* whatever was done before: what is copied must be all there is */
    for (size_t i = 0; i < step->n_compacted && !err; i++)
        err = copy_topic(step, step->compacted[i]);
    if (!err)
        err = kafka_admin_create(&step->admin, step->compacted, step->n_compacted, birth, partitions);
    if (!err)
        err = kafka_admin_create(&step->admin, step->rest, step->n_rest, birth, partitions);
    return err ? err : kafka_admin_create(&step->admin, KAFKA_TOPICS, 1, birth, partitions);
}

enum err kafka_birth_open(const char *brokers, int deadline_ms)
{
    struct step step;
    enum err err = continue_step(brokers, deadline_ms, &step);
    if (err)
        return err;
    err = open_next(&step);
    kafka_admin_close(&step.admin);
    return err;
}

static enum err deleted_result(const rd_kafka_event_t *event)
{
    size_t n;
    enum err err = ERR_OK;
    const rd_kafka_topic_result_t **results = rd_kafka_DeleteTopics_result_topics(
        rd_kafka_event_DeleteTopics_result((rd_kafka_event_t *)(uintptr_t)event), &n);
    for (size_t i = 0; i < n; i++) {
        if (!rd_kafka_topic_result_error(results[i]))
            continue;
        log_error("topic_delete", "topic=%s detail=\"%s\"", rd_kafka_topic_result_name(results[i]),
                  rd_kafka_topic_result_error_string(results[i]));
        err = ERR_UNAVAILABLE;
    }
    return err;
}

static enum err delete_next(struct step *step)
{
    char name[KAFKA_NAME_BYTES];
    rd_kafka_DeleteTopic_t *topics[TOPIC_COUNT];
    size_t n = 0;
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        if (kafka_admin_find(&step->admin, KAFKA_TOPICS[i], step->births.open + 1))
            topics[n++] = rd_kafka_DeleteTopic_new(kafka_log_name(KAFKA_TOPICS[i], step->births.open + 1, name));
    rd_kafka_AdminOptions_t *options = kafka_admin_options(&step->admin, RD_KAFKA_ADMIN_OP_DELETETOPICS);
    rd_kafka_DeleteTopics(step->admin.rk, topics, n, options, step->admin.queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_DeleteTopic_destroy_array(topics, n);
    rd_kafka_event_t *event = kafka_admin_answer(&step->admin);
    enum err err = event ? deleted_result(event) : ERR_UNAVAILABLE;
    if (event)
        rd_kafka_event_destroy(event);
    return err;
}

static bool has_next(const struct step *step)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        if (kafka_admin_find(&step->admin, KAFKA_TOPICS[i], step->births.open + 1))
            return true;
    return false;
}

/* While one is listed, gateways refuse writes. */
static enum err wait_until_gone(struct step *step)
{
    for (;;) {
        enum err err = kafka_admin_load(&step->admin);
        if (err || !has_next(step))
            return err;
        if (clock_monotonic_us() >= step->admin.deadline_us)
            return ERR_UNAVAILABLE;
        pause_ms(100);
    }
}

enum err kafka_birth_give_up(const char *brokers, int deadline_ms)
{
    struct step step;
    enum err err = continue_step(brokers, deadline_ms, &step);
    if (err)
        return err;
    err = set_closed(&step, false);
    if (!err)
        err = delete_next(&step);
    if (!err)
        err = wait_until_gone(&step);
    kafka_admin_close(&step.admin);
    return err;
}
