/* Creating and checking the topics of topics.def. */
#include "common/kafka/kafka_internal.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SETTINGS_MAX = 8, PARTITIONS_OF_ONE_BROKER = 1, PARTITIONS_OF_A_CLUSTER = 16 };

struct check {
    rd_kafka_t *rk;
    rd_kafka_queue_t *queue;
    const struct rd_kafka_metadata *metadata;
    int64_t deadline_us;
    TALLOC_CTX *ctx;
};

static int left_ms(const struct check *check)
{
    int64_t left_us = check->deadline_us - clock_monotonic_us();
    return left_us > 1000 ? (int)(left_us / 1000) : 1;
}

/* --- what a topic must be ----------------------------------------------------------------------------------------- */

/* One broker: what it acknowledges is on its disk (flush.messages). Three: in two memories (min.insync.replicas).
 * Tombstones stay as long as a service may have been down and still goes on from its position. */
static size_t settings_of(TALLOC_CTX *ctx, enum topic topic, int replicas,
                          struct kafka_setting ret_settings[SETTINGS_MAX])
{
    size_t n = 0;
    int days = topic_retention_days(topic);
    ret_settings[n++] = (struct kafka_setting){"message.timestamp.type", "LogAppendTime"};
    ret_settings[n++] = (struct kafka_setting){"cleanup.policy", days ? "delete" : "compact"};
    ret_settings[n++] = (struct kafka_setting){"retention.ms",
                                               days ? mem_printf(ctx, "%lld", days * 86400000LL) : "-1"};
    ret_settings[n++] = (struct kafka_setting){"retention.bytes", "-1"};
    ret_settings[n++] = (struct kafka_setting){"min.insync.replicas", replicas >= 3 ? "2" : "1"};
    if (replicas == 1)
        ret_settings[n++] = (struct kafka_setting){"flush.messages", "1"};
    if (!days)
        ret_settings[n++] = (struct kafka_setting){"delete.retention.ms", "2592000000"};
    return n;
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static enum err metadata_load(struct check *check)
{
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(check->rk, 1, NULL, &metadata, left_ms(check)))
        return ERR_UNAVAILABLE;
    if (check->metadata)
        rd_kafka_metadata_destroy(check->metadata);
    check->metadata = metadata;
    return ERR_OK;
}

/* NULL: the broker has no such topic. */
static const struct rd_kafka_metadata_topic *find_in(const struct rd_kafka_metadata *metadata, enum topic topic)
{
    for (int i = 0; i < metadata->topic_cnt; i++) {
        const struct rd_kafka_metadata_topic *found = &metadata->topics[i];
        if (strcmp(found->topic, topic_name(topic)) == 0)
            return found->err || found->partition_cnt == 0 ? NULL : found;
    }
    return NULL;
}

static const struct rd_kafka_metadata_topic *metadata_find(const struct check *check, enum topic topic)
{
    return find_in(check->metadata, topic);
}

static void note_partitions(const struct rd_kafka_metadata *metadata)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        const struct rd_kafka_metadata_topic *found = find_in(metadata, KAFKA_TOPICS[i]);
        topic_set_partitions(KAFKA_TOPICS[i], found ? found->partition_cnt : 0);
    }
}

enum err kafka_learn_partitions(rd_kafka_t *rk, int deadline_ms)
{
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(rk, 1, NULL, &metadata, deadline_ms))
        return ERR_UNAVAILABLE;
    note_partitions(metadata);
    rd_kafka_metadata_destroy(metadata);
    return ERR_OK;
}

static size_t count_missing(const struct check *check)
{
    size_t n = 0;
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        n += !metadata_find(check, KAFKA_TOPICS[i]);
    return n;
}

static rd_kafka_event_t *answer_wait(struct check *check)
{
    rd_kafka_event_t *event = rd_kafka_queue_poll(check->queue, left_ms(check));
    if (event && rd_kafka_event_error(event)) {
        log_warn("kafka_admin", "detail=\"%s\"", rd_kafka_event_error_string(event));
        rd_kafka_event_destroy(event);
        return NULL;
    }
    return event;
}

static rd_kafka_AdminOptions_t *options_new(struct check *check, rd_kafka_admin_op_t op)
{
    char reason[128];
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(check->rk, op);
    if (rd_kafka_AdminOptions_set_request_timeout(options, left_ms(check), reason, sizeof reason))
        log_debug("kafka_admin_timeout", "detail=\"%s\"", reason); /* its default is bounded too */
    return options;
}

/* --- creating ----------------------------------------------------------------------------------------------------- */

static rd_kafka_NewTopic_t *new_topic(struct check *check, enum topic topic, int partitions, int replicas)
{
    struct kafka_setting settings[SETTINGS_MAX];
    size_t n = settings_of(check->ctx, topic, replicas, settings);
    rd_kafka_NewTopic_t *new = rd_kafka_NewTopic_new(topic_name(topic), partitions, replicas, NULL, 0);
    for (size_t i = 0; new &&i < n; i++)
        rd_kafka_NewTopic_set_config(new, settings[i].key, settings[i].value);
    return new;
}

/* What another process created meanwhile is checked afterwards like the rest. */
static enum err created_result(const rd_kafka_event_t *event)
{
    size_t n;
    const rd_kafka_topic_result_t **results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result((rd_kafka_event_t *)(uintptr_t)event), &n);
    enum err err = ERR_OK;
    for (size_t i = 0; i < n; i++) {
        rd_kafka_resp_err_t failed = rd_kafka_topic_result_error(results[i]);
        if (!failed || failed == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
            continue;
        log_error("topic_create", "topic=%s detail=\"%s\"", rd_kafka_topic_result_name(results[i]),
                  rd_kafka_topic_result_error_string(results[i]));
        err = ERR_UNAVAILABLE;
    }
    return err;
}

static enum err create_missing(struct check *check, int partitions)
{
    int replicas = check->metadata->broker_cnt >= 3 ? 3 : 1;
    if (partitions == 0)
        partitions = replicas == 1 ? PARTITIONS_OF_ONE_BROKER : PARTITIONS_OF_A_CLUSTER;
    rd_kafka_NewTopic_t *missing[TOPIC_COUNT];
    size_t n = 0;
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        if (!metadata_find(check, KAFKA_TOPICS[i]) &&
            (missing[n] = new_topic(check, KAFKA_TOPICS[i], partitions, replicas)))
            n++;
    rd_kafka_AdminOptions_t *options = options_new(check, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_CreateTopics(check->rk, missing, n, options, check->queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_NewTopic_destroy_array(missing, n);
    rd_kafka_event_t *event = answer_wait(check);
    enum err err = event ? created_result(event) : ERR_UNAVAILABLE;
    if (event)
        rd_kafka_event_destroy(event);
    return err;
}

/* A broker lists a topic some milliseconds after the controller made it. */
static enum err wait_until_listed(struct check *check)
{
    enum err err = metadata_load(check);
    while (!err && count_missing(check) > 0) {
        if (clock_monotonic_us() >= check->deadline_us)
            return ERR_UNAVAILABLE;
        rd_kafka_poll(check->rk, 20);
        err = metadata_load(check);
    }
    return err;
}

static enum err create_topics(struct check *check, int partitions)
{
    enum err err = create_missing(check, partitions);
    return err ? err : wait_until_listed(check);
}

/* --- checking ----------------------------------------------------------------------------------------------------- */

/* An event goes into the partition of its command's number. */
static enum err check_pair(const struct check *check, enum topic commands, enum topic events)
{
    int n = metadata_find(check, commands)->partition_cnt, must_be = metadata_find(check, events)->partition_cnt;
    if (n == must_be)
        return ERR_OK;
    log_error("topic_differs", "topic=%s setting=partitions is=%d must_be=%d, as %s has", topic_name(commands), n,
              must_be, topic_name(events));
    return ERR_CONFIG;
}

/* "meeting.commands" and "meeting.events" */
static bool of_one_service(const char *commands, const char *events)
{
    const char *dot = strrchr(commands, '.');
    size_t n = dot ? (size_t)(dot - commands) : 0;
    return n > 0 && strcmp(dot, ".commands") == 0 && strncmp(commands, events, n) == 0 &&
           strcmp(events + n, ".events") == 0;
}

static enum err check_partitions(const struct check *check)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        for (size_t j = 0; j < TOPIC_COUNT; j++)
            if (of_one_service(topic_name(KAFKA_TOPICS[i]), topic_name(KAFKA_TOPICS[j])) &&
                check_pair(check, KAFKA_TOPICS[i], KAFKA_TOPICS[j]))
                err = ERR_CONFIG;
    return err;
}

static const char *setting_value(const rd_kafka_ConfigResource_t *resource, const char *key)
{
    size_t n;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(rd_kafka_ConfigEntry_name(entries[i]), key) == 0)
            return rd_kafka_ConfigEntry_value(entries[i]);
    return NULL;
}

static enum err check_topic(const struct check *check, const rd_kafka_ConfigResource_t *resource)
{
    struct kafka_setting settings[SETTINGS_MAX];
    enum topic topic = topic_from_name(rd_kafka_ConfigResource_name(resource));
    if (rd_kafka_ConfigResource_error(resource) || !topic)
        return ERR_UNAVAILABLE;
    size_t n = settings_of(check->ctx, topic, metadata_find(check, topic)->partitions[0].replica_cnt, settings);
    enum err err = ERR_OK;
    for (size_t i = 0; i < n; i++) {
        const char *is = setting_value(resource, settings[i].key);
        if (is && strcmp(is, settings[i].value) == 0)
            continue;
        log_error("topic_differs", "topic=%s setting=%s is=%s must_be=%s", topic_name(topic), settings[i].key,
                  is ? is : "unset", settings[i].value);
        err = ERR_CONFIG;
    }
    return err;
}

static rd_kafka_event_t *describe(struct check *check)
{
    rd_kafka_ConfigResource_t *resources[TOPIC_COUNT];
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        resources[i] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic_name(KAFKA_TOPICS[i]));
    rd_kafka_AdminOptions_t *options = options_new(check, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_DescribeConfigs(check->rk, resources, TOPIC_COUNT, options, check->queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_ConfigResource_destroy_array(resources, TOPIC_COUNT);
    return answer_wait(check);
}

static enum err check_settings(struct check *check)
{
    rd_kafka_event_t *event = describe(check);
    if (!event)
        return ERR_UNAVAILABLE;
    size_t n;
    const rd_kafka_ConfigResource_t **resources = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(event), &n);
    enum err err = ERR_OK;
    for (size_t i = 0; i < n; i++) {
        enum err differs = check_topic(check, resources[i]);
        err = differs ? differs : err;
    }
    rd_kafka_event_destroy(event);
    return err;
}

static enum err check_all(struct check *check, bool create, int partitions)
{
    enum err err = metadata_load(check);
    if (!err && count_missing(check) > 0)
        err = create ? create_topics(check, partitions) : ERR_UNAVAILABLE;
    if (!err)
        err = check_partitions(check);
    if (!err)
        err = check_settings(check);
    if (!err)
        note_partitions(check->metadata);
    return err;
}

static enum err run_check(const char *brokers, bool create, int partitions, int deadline_ms)
{
    struct check check = {.deadline_us = clock_monotonic_us() + deadline_ms * INT64_C(1000)};
    enum err err = kafka_client_new(RD_KAFKA_PRODUCER, kafka_conf_new(brokers, NULL, 0), &check.rk);
    if (err)
        return err;
    check.queue = rd_kafka_queue_new(check.rk);
    check.ctx = mem_context(NULL, "topics");
    err = check_all(&check, create, partitions);
    mem_free(check.ctx);
    if (check.metadata)
        rd_kafka_metadata_destroy(check.metadata);
    rd_kafka_queue_destroy(check.queue);
    rd_kafka_destroy(check.rk);
    return err;
}

enum err kafka_topics_make(const char *brokers, int partitions, int deadline_ms)
{
    return run_check(brokers, true, partitions, deadline_ms);
}

enum err kafka_topics_check(const char *brokers, int deadline_ms)
{
    return run_check(brokers, false, 0, deadline_ms);
}

char *kafka_cluster_id(TALLOC_CTX *ctx, const char *brokers, int deadline_ms)
{
    rd_kafka_t *rk;
    if (kafka_client_new(RD_KAFKA_PRODUCER, kafka_conf_new(brokers, NULL, 0), &rk))
        return NULL;
    char *id = rd_kafka_clusterid(rk, deadline_ms);
    char *copy = mem_text(ctx, id);
    if (id)
        rd_kafka_mem_free(rk, id);
    rd_kafka_destroy(rk);
    return copy;
}
