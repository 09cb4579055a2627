/* What a delivery report is worth (common/kafka/kafka_producer.c). librdkafka's mock broker answers as a real one does
 * in the rare case that a test cannot bring about at will: it is no proof of anything else. */
#include "test.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/kafka/kafka_internal.h"
#include <librdkafka/rdkafka_mock.h>
#include <stdatomic.h>

enum { PRODUCE = 0 /* the protocol's number of the request */, WITHIN_MS = 10000 };

static rd_kafka_mock_cluster_t *start_broker(rd_kafka_t **ret_rk)
{
    char reason[256], name[KAFKA_NAME_BYTES];
    *ret_rk = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), reason, sizeof reason);
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(*ret_rk, 1);
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        assert_int_equal(rd_kafka_mock_topic_create(cluster, kafka_log_name(KAFKA_TOPICS[i], 1, name), 1, 1), 0);
    return cluster;
}

static void on_report(void *arg, const struct kafka_report *report)
{
    atomic_store((atomic_int *)arg, (int)report->err);
}

static enum err report_of(struct kafka_producer *producer)
{
    atomic_int reported = -1;
    int64_t until_us = clock_monotonic_us() + WITHIN_MS * INT64_C(1000);
    assert_int_equal(kafka_produce(producer, TOPIC_MEETING_COMMANDS, "key", 3, "value", 5, on_report, &reported),
                     ERR_OK);
    while (atomic_load(&reported) < 0 && clock_monotonic_us() < until_us)
        pause_ms(1);
    return (enum err)atomic_load(&reported);
}

static void test_a_message_whose_sequence_the_broker_calls_a_duplicate_is_not_accepted(void **state)
{
    (void)state;
    rd_kafka_t *rk;
    rd_kafka_mock_cluster_t *cluster = start_broker(&rk);
    struct kafka_producer *producer;
    const struct kafka_producer_options options = {.timeout_ms = WITHIN_MS};
    assert_int_equal(kafka_producer_start(NULL, rd_kafka_mock_cluster_bootstraps(cluster), &options, &producer),
                     ERR_OK);
    assert_int_equal(report_of(producer), ERR_OK);
    rd_kafka_mock_push_request_errors(cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER);
    assert_int_equal(report_of(producer), ERR_OUTCOME_UNKNOWN);
    assert_int_equal(report_of(producer), ERR_OK);
    kafka_producer_stop(producer, WITHIN_MS);
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(rk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_whose_sequence_the_broker_calls_a_duplicate_is_not_accepted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
