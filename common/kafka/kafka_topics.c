/* Making and checking the topics of topics.def, of the newest birth. */
#include "common/kafka/kafka_admin.h"

#include "common/base/log.h"
#include "common/base/mem.h"

#include <string.h>

enum { PARTITIONS_OF_ONE_BROKER = 1, PARTITIONS_OF_A_CLUSTER = 16 };

struct check {
    struct kafka_admin admin;
    int birth;
};

static const struct rd_kafka_metadata_topic *find(const struct check *check, enum topic topic)
{
    return kafka_admin_find(&check->admin, topic, check->birth);
}

/* A topic of a newer binary gets as many partitions as the others have. */
static enum err create_topics(struct check *check, int partitions)
{
    const struct rd_kafka_metadata_topic *other = find(check, KAFKA_TOPICS[0]);
    if (other)
        partitions = other->partition_cnt;
    else if (partitions == 0)
        partitions = kafka_admin_replicas(&check->admin) == 1 ? PARTITIONS_OF_ONE_BROKER : PARTITIONS_OF_A_CLUSTER;
    return kafka_admin_create(&check->admin, KAFKA_TOPICS, TOPIC_COUNT, check->birth, partitions);
}

static bool is_missing_one(const struct check *check)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        if (!find(check, KAFKA_TOPICS[i]))
            return true;
    return false;
}

/* --- checking ----------------------------------------------------------------------------------------------------- */

/* An event goes into the partition of its command's number. */
static enum err check_pair(const struct check *check, enum topic commands, enum topic events)
{
    int n = find(check, commands)->partition_cnt, must_be = find(check, events)->partition_cnt;
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

/* Topics that were made before it was asked for go on without it: they lose nothing that they have. */
static bool came_later(const char *key)
{
    return strcmp(key, "min.compaction.lag.ms") == 0;
}

static enum err check_topic(const struct check *check, const rd_kafka_ConfigResource_t *resource)
{
    struct kafka_setting settings[KAFKA_TOPIC_SETTINGS];
    int birth;
    enum topic topic = kafka_log_topic(rd_kafka_ConfigResource_name(resource), &birth);
    if (rd_kafka_ConfigResource_error(resource) || !topic)
        return ERR_UNAVAILABLE;
    size_t n = kafka_topic_settings(check->admin.ctx, topic, find(check, topic)->partitions[0].replica_cnt, settings);
    enum err err = ERR_OK;
    for (size_t i = 0; i < n; i++) {
        const char *is = setting_value(resource, settings[i].key);
        if (is && strcmp(is, settings[i].value) == 0)
            continue;
        bool may_differ = came_later(settings[i].key);
        log_event(may_differ ? LOG_LEVEL_WARN : LOG_LEVEL_ERROR, "topic_differs",
                  "topic=%s setting=%s is=%s must_be=%s", topic_name(topic), settings[i].key, is ? is : "unset",
                  settings[i].value);
        err = may_differ ? err : ERR_CONFIG;
    }
    return err;
}

static rd_kafka_event_t *describe(struct check *check)
{
    char name[KAFKA_NAME_BYTES];
    rd_kafka_ConfigResource_t *resources[TOPIC_COUNT];
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        resources[i] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC,
                                                   kafka_log_name(KAFKA_TOPICS[i], check->birth, name));
    rd_kafka_AdminOptions_t *options = kafka_admin_options(&check->admin, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_DescribeConfigs(check->admin.rk, resources, TOPIC_COUNT, options, check->admin.queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_ConfigResource_destroy_array(resources, TOPIC_COUNT);
    return kafka_admin_answer(&check->admin);
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

/* One that is being made is not opened by making what it lacks. */
static int newest_birth(const struct check *check)
{
    int open = kafka_open_birth(check->admin.metadata);
    return open > 0 ? open : 1;
}

static enum err check_all(struct check *check, bool create, int partitions)
{
    enum err err = ERR_OK;
    check->birth = newest_birth(check);
    if (is_missing_one(check))
        err = create ? create_topics(check, partitions) : ERR_UNAVAILABLE;
    if (!err)
        err = check_partitions(check);
    if (!err)
        err = check_settings(check);
    if (!err)
        kafka_births_note(check->admin.metadata);
    return err;
}

static enum err run_check(const char *brokers, bool create, int partitions, int deadline_ms)
{
    struct check check;
    enum err err = kafka_admin_open(brokers, deadline_ms, &check.admin);
    if (err)
        return err;
    err = check_all(&check, create, partitions);
    kafka_admin_close(&check.admin);
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
