/* Topic names and the configuration that all clients share. */
#include "common/kafka/kafka_internal.h"

#include "common/base/array.h"
#include "common/base/log.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

struct topic_row {
    enum topic topic;
    const char *name;
    int days;
};

static const struct topic_row ROWS[] = {
#define TOPIC(number, name, text, days) {number, text, days},
#include "topics.def"
#undef TOPIC
};

const enum topic KAFKA_TOPICS[TOPIC_COUNT] = {
#define TOPIC(number, name, text, days) number,
#include "topics.def"
#undef TOPIC
};

static char prefixed[TOPIC_COUNT][96]; /* empty: no prefix */
static atomic_int counts[TOPIC_COUNT]; /* of partitions */

static const struct topic_row *row_of(enum topic topic)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        if (ROWS[i].topic == topic)
            return &ROWS[i];
    assert(!"a topic of topics.def");
    return NULL;
}

const char *topic_name(enum topic topic)
{
    const struct topic_row *row = row_of(topic);
    const char *name = prefixed[row - ROWS];
    return *name ? name : row->name;
}

int topic_partitions(enum topic topic)
{
    return atomic_load(&counts[row_of(topic) - ROWS]);
}

void topic_set_partitions(enum topic topic, int partitions)
{
    atomic_store(&counts[row_of(topic) - ROWS], partitions);
}

int topic_retention_days(enum topic topic)
{
    return row_of(topic)->days;
}

enum topic topic_from_name(const char *name)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        if (strcmp(topic_name(ROWS[i].topic), name) == 0)
            return ROWS[i].topic;
    return TOPIC_NONE;
}

void kafka_topic_prefix(const char *prefix)
{
    assert(strlen(prefix) <= 40);
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        snprintf(prefixed[i], sizeof prefixed[i], "%s%s", prefix, ROWS[i].name);
}

/* librdkafka tells the same in errors and reports, which are handled where they arrive. */
static void log_line(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    (void)level;
    log_debug("rdkafka", "client=%s facility=%s text=\"%s\"", rd_kafka_name(client), facility, text);
}

void kafka_conf_set(rd_kafka_conf_t *conf, const char *key, const char *value)
{
    char reason[256] = "";
    rd_kafka_conf_res_t res = rd_kafka_conf_set(conf, key, value, reason, sizeof reason);
    if (res != RD_KAFKA_CONF_OK)
        log_error("kafka_setting", "key=%s detail=\"%s\"", key, reason);
    assert(res == RD_KAFKA_CONF_OK);
}

rd_kafka_conf_t *kafka_conf_new(const char *brokers, const struct kafka_setting settings[], size_t n)
{
    static const struct kafka_setting SHARED[] = {
        {"client.id", "sotay"},
        {"socket.nagle.disable", "true"},
        {"socket.keepalive.enable", "true"},
        {"reconnect.backoff.ms", "50"},
        {"reconnect.backoff.max.ms", "500"}, /* a broker that is back is found at once */
        {"topic.metadata.refresh.interval.ms", "10000"},
        {"log.connection.close", "false"},
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    kafka_conf_set(conf, "bootstrap.servers", brokers);
    for (size_t i = 0; i < ARRAY_LENGTH(SHARED); i++)
        kafka_conf_set(conf, SHARED[i].key, SHARED[i].value);
    for (size_t i = 0; i < n; i++)
        kafka_conf_set(conf, settings[i].key, settings[i].value);
    rd_kafka_conf_set_log_cb(conf, log_line);
    return conf;
}

enum err kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **ret_client)
{
    char reason[256];
    rd_kafka_t *client = rd_kafka_new(type, conf, reason, sizeof reason);
    if (!client) {
        rd_kafka_conf_destroy(conf);
        log_error("kafka_client", "detail=\"%s\"", reason);
        return ERR_CONFIG;
    }
    *ret_client = client;
    return ERR_OK;
}
