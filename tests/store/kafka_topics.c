#include "kafka_topics.h"

#include <librdkafka/rdkafka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

void delete_topics(const char *brokers, const char *prefix)
{
    char reason[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers, NULL, 0);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    const struct rd_kafka_metadata *metadata;
    assert_false(rd_kafka_metadata(rk, 1, NULL, &metadata, 10000));
    for (int i = 0; i < metadata->topic_cnt; i++) {
        if (strncmp(metadata->topics[i].topic, prefix, strlen(prefix)) != 0)
            continue;
        rd_kafka_DeleteTopic_t *gone = rd_kafka_DeleteTopic_new(metadata->topics[i].topic);
        rd_kafka_DeleteTopics(rk, &gone, 1, NULL, queue);
        rd_kafka_event_t *event = rd_kafka_queue_poll(queue, 10000);
        rd_kafka_event_destroy(event);
        rd_kafka_DeleteTopic_destroy(gone);
    }
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(rk);
}

void create_topic(const char *brokers, const char *name, int partitions)
{
    char reason[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers, NULL, 0);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    rd_kafka_NewTopic_t *topic = rd_kafka_NewTopic_new(name, partitions, 1, NULL, 0);
    rd_kafka_CreateTopics(rk, &topic, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, 10000);
    assert_false(rd_kafka_event_error(event));
    rd_kafka_event_destroy(event);
    rd_kafka_NewTopic_destroy(topic);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(rk);
}
