#include "kafka_topics.h"

#include "common/kafka/kafka_internal.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

const char *brokers_as_operator(void)
{
    const char *password = getenv("SOTAY_TEST_KAFKA_PASSWORD"), *brokers = getenv("SOTAY_TEST_KAFKA");
    if (password && brokers)
        assert_int_equal(kafka_identify(&(struct kafka_identity){.user = "operator", .password = password}, brokers),
                         ERR_OK);
    return brokers;
}

/* A client as the wrapper makes it. */
static rd_kafka_t *client_of(const char *brokers)
{
    rd_kafka_t *client;
    assert_int_equal(kafka_client_new(RD_KAFKA_PRODUCER, kafka_conf_new(brokers, NULL, 0), &client), ERR_OK);
    return client;
}

void delete_topics(const char *brokers, const char *prefix)
{
    rd_kafka_t *rk = client_of(brokers);
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
    rd_kafka_t *rk = client_of(brokers);
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
