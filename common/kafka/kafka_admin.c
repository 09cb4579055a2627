/* A client for topics, and making them. */
#include "common/kafka/kafka_admin.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"

#include <string.h>

enum { LOOK_EVERY_MS = 20 };

int kafka_admin_left_ms(const struct kafka_admin *admin)
{
    int64_t left_us = admin->deadline_us - clock_monotonic_us();
    return left_us > 1000 ? (int)(left_us / 1000) : 1;
}

/* One broker: what it acknowledges is on its disk (flush.messages). Three: in two memories (min.insync.replicas).
 * Tombstones stay as long as a service may have been down and still goes on from its position, and so do the older
 * records of a key: what holds since when begins with the first of them. */
size_t kafka_topic_settings(TALLOC_CTX *ctx, enum topic topic, int replicas,
                            struct kafka_setting ret_settings[KAFKA_TOPIC_SETTINGS])
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
    if (!days) {
        ret_settings[n++] = (struct kafka_setting){"delete.retention.ms", "2592000000"};
        ret_settings[n++] = (struct kafka_setting){"min.compaction.lag.ms", "2592000000"};
    }
    return n;
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

enum err kafka_admin_load(struct kafka_admin *admin)
{
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(admin->rk, 1, NULL, &metadata, kafka_admin_left_ms(admin)))
        return ERR_UNAVAILABLE;
    if (admin->metadata)
        rd_kafka_metadata_destroy(admin->metadata);
    admin->metadata = metadata;
    return ERR_OK;
}

const struct rd_kafka_metadata_topic *kafka_admin_find(const struct kafka_admin *admin, enum topic topic, int birth)
{
    char name[KAFKA_NAME_BYTES];
    (void)kafka_log_name(topic, birth, name);
    for (int i = 0; i < admin->metadata->topic_cnt; i++) {
        const struct rd_kafka_metadata_topic *found = &admin->metadata->topics[i];
        if (strcmp(found->topic, name) == 0)
            return found->err || found->partition_cnt == 0 ? NULL : found;
    }
    return NULL;
}

int kafka_admin_replicas(const struct kafka_admin *admin)
{
    return admin->metadata->broker_cnt >= 3 ? 3 : 1;
}

rd_kafka_event_t *kafka_admin_answer(struct kafka_admin *admin)
{
    rd_kafka_event_t *event = rd_kafka_queue_poll(admin->queue, kafka_admin_left_ms(admin));
    if (event && rd_kafka_event_error(event)) {
        log_warn("kafka_admin", "detail=\"%s\"", rd_kafka_event_error_string(event));
        rd_kafka_event_destroy(event);
        return NULL;
    }
    return event;
}

rd_kafka_AdminOptions_t *kafka_admin_options(struct kafka_admin *admin, rd_kafka_admin_op_t op)
{
    char reason[128];
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(admin->rk, op);
    if (rd_kafka_AdminOptions_set_request_timeout(options, kafka_admin_left_ms(admin), reason, sizeof reason))
        log_debug("kafka_admin_timeout", "detail=\"%s\"", reason); /* its default is bounded too */
    return options;
}

/* --- creating ----------------------------------------------------------------------------------------------------- */

static rd_kafka_NewTopic_t *new_topic(const struct kafka_admin *admin, enum topic topic, int birth, int partitions)
{
    char name[KAFKA_NAME_BYTES];
    int replicas = kafka_admin_replicas(admin);
    struct kafka_setting settings[KAFKA_TOPIC_SETTINGS];
    size_t n = kafka_topic_settings(admin->ctx, topic, replicas, settings);
    rd_kafka_NewTopic_t *new = rd_kafka_NewTopic_new(kafka_log_name(topic, birth, name), partitions, replicas, NULL, 0);
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

static size_t find_missing(const struct kafka_admin *admin, const enum topic topics[], size_t n, int birth,
                           enum topic ret_missing[])
{
    size_t n_missing = 0;
    for (size_t i = 0; i < n; i++)
        if (!kafka_admin_find(admin, topics[i], birth))
            ret_missing[n_missing++] = topics[i];
    return n_missing;
}

static enum err create(struct kafka_admin *admin, const enum topic topics[], size_t n, int birth, int partitions)
{
    rd_kafka_NewTopic_t *new[TOPIC_COUNT];
    size_t n_new = 0;
    for (size_t i = 0; i < n; i++)
        if ((new[n_new] = new_topic(admin, topics[i], birth, partitions)))
            n_new++;
    rd_kafka_AdminOptions_t *options = kafka_admin_options(admin, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_CreateTopics(admin->rk, new, n_new, options, admin->queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_NewTopic_destroy_array(new, n_new);
    rd_kafka_event_t *event = kafka_admin_answer(admin);
    enum err err = event ? created_result(event) : ERR_UNAVAILABLE;
    if (event)
        rd_kafka_event_destroy(event);
    return err;
}

static bool has_answered(const rd_kafka_topic_partition_list_t *asked)
{
    for (int i = 0; i < asked->cnt; i++)
        if (asked->elems[i].err)
            return false;
    return true;
}

static rd_kafka_topic_partition_list_t *list_partitions(const struct kafka_admin *admin, const enum topic topics[],
                                                        size_t n, int birth)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)n);
    for (size_t i = 0; i < n; i++) {
        const struct rd_kafka_metadata_topic *topic = kafka_admin_find(admin, topics[i], birth);
        for (int32_t p = 0; p < topic->partition_cnt; p++)
            rd_kafka_topic_partition_list_add(list, topic->topic, p)->offset = RD_KAFKA_OFFSET_END;
    }
    return list;
}

/* One that is listed may still refuse what is sent: a producer's first request, which is worse than a later one
 * (kafka_report_err). */
static enum err wait_for_leaders(struct kafka_admin *admin, const enum topic topics[], size_t n, int birth)
{
    for (;;) {
        rd_kafka_topic_partition_list_t *list = list_partitions(admin, topics, n, birth);
        rd_kafka_resp_err_t failed = rd_kafka_offsets_for_times(admin->rk, list, kafka_admin_left_ms(admin));
        bool answered = !failed && has_answered(list);
        rd_kafka_topic_partition_list_destroy(list);
        if (answered)
            return ERR_OK;
        if (clock_monotonic_us() >= admin->deadline_us)
            return ERR_UNAVAILABLE;
        rd_kafka_poll(admin->rk, LOOK_EVERY_MS);
    }
}

/* A broker lists a topic some milliseconds after the controller made it. */
enum err kafka_admin_create(struct kafka_admin *admin, const enum topic topics[], size_t n, int birth, int partitions)
{
    enum topic missing[TOPIC_COUNT];
    size_t n_missing = find_missing(admin, topics, n, birth, missing);
    enum err err = n_missing > 0 ? create(admin, missing, n_missing, birth, partitions) : ERR_OK;
    while (!err && find_missing(admin, topics, n, birth, missing) > 0) {
        if (clock_monotonic_us() >= admin->deadline_us)
            return ERR_UNAVAILABLE;
        rd_kafka_poll(admin->rk, LOOK_EVERY_MS);
        err = kafka_admin_load(admin);
    }
    return !err && n_missing > 0 ? wait_for_leaders(admin, topics, n, birth) : err;
}

/* --- life --------------------------------------------------------------------------------------------------------- */

enum err kafka_admin_open(const char *brokers, int deadline_ms, struct kafka_admin *ret_admin)
{
    struct kafka_admin admin = {.brokers = brokers, .deadline_us = clock_monotonic_us() + deadline_ms * INT64_C(1000)};
    enum err err = kafka_client_new(RD_KAFKA_PRODUCER, kafka_conf_new(brokers, NULL, 0), &admin.rk);
    if (err)
        return err;
    admin.queue = rd_kafka_queue_new(admin.rk);
    admin.ctx = mem_context(NULL, "topics");
    *ret_admin = admin;
    err = kafka_admin_load(ret_admin);
    if (err)
        kafka_admin_close(ret_admin);
    return err;
}

void kafka_admin_close(struct kafka_admin *admin)
{
    mem_free(admin->ctx);
    if (admin->metadata)
        rd_kafka_metadata_destroy(admin->metadata);
    rd_kafka_queue_destroy(admin->queue);
    rd_kafka_destroy(admin->rk);
}
