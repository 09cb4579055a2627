/* common/kafka/kafka_client.c: to whom a password may be said. */
#include "test.h"

#include "common/base/array.h"
#include "common/kafka/kafka.h"
#include <librdkafka/rdkafka.h>

static void test_brokers_of_this_machine_by_table(void **state)
{
    (void)state;
    static const struct {
        const char *brokers;
        bool is_local;
    } CASES[] = {
        {"127.0.0.1:9092", true},
        {"127.0.0.1", true},
        {"127.8.9.10:9092", true},
        {"localhost:9092", true},
        {"[::1]:9092", true},
        {"SASL_PLAINTEXT://127.0.0.1:9092", true},
        {"127.0.0.1:9092,localhost:9093,[::1]:9094", true},
        {"127.0.0.1:9092,10.0.0.1:9092", false},
        {"10.0.0.1:9092,127.0.0.1:9092", false},
        {"kafka:9092", false},
        {"127.0.0.1.example:9092", false},
        {"127.example:9092", false},
        {"localhost.example:9092", false},
        {"128.0.0.1:9092", false},
        {"0.0.0.0:9092", false},
        {"[::]:9092", false},
        {"[::ffff:10.0.0.1]:9092", false},
        {"[::1", false},
        {"", false},
        {"127.0.0.1:9092,", false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++)
        if (kafka_is_local(CASES[i].brokers) != CASES[i].is_local)
            fail_msg("%s", CASES[i].brokers);
}

static void test_a_password_is_said_in_clear_to_this_machine_alone(void **state)
{
    (void)state;
    static const struct {
        const char *user, *ca_file, *brokers;
        bool is_refused; /* where PLAIN is all that the library knows */
    } CASES[] = {
        {"meeting", "", "127.0.0.1:9092", false},      {"meeting", "", "10.0.0.1:9092", true},
        {"meeting", NULL, "kafka.example:9092", true}, {"meeting", "/etc/ca.pem", "kafka.example:9092", false},
        {"", "", "kafka.example:9092", false},         {NULL, NULL, "kafka.example:9092", false},
    };
    bool is_plain = rd_kafka_version() < 0x02060100;
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct kafka_identity identity = {CASES[i].user, "word", CASES[i].ca_file};
        enum err expected = is_plain && CASES[i].is_refused ? ERR_CONFIG : ERR_OK;
        assert_int_equal(kafka_identify(&identity, CASES[i].brokers), expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_brokers_of_this_machine_by_table),
        cmocka_unit_test(test_a_password_is_said_in_clear_to_this_machine_alone),
    };
    return cmocka_run_group_tests_name("kafka identity", tests, NULL, NULL);
}
