/* The steps to the next birth of topics (common/kafka/kafka.h), and the order in which a loop reads births
 * (common/loop/loop_births.h). A process learns births once: a case that goes on as one that starts anew forgets
 * them. */
#include "loop_fixture.h"

#include "kafka_topics.h"

enum { NEXT_PARTITIONS = 3, WITHIN_MS = 30000 };
#define FACTS "SELECT count(*) FROM fact"

static void wait_for_later_birth(bool open)
{
    bool is_open = !open;
    int64_t until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000);
    while ((kafka_later_birth(&is_open) != 2 || is_open != open) && clock_monotonic_us() < until_us)
        pause_ms(5);
    assert_int_equal(kafka_later_birth(&is_open), 2);
    assert_int_equal(is_open, open);
}

static void on_report(void *arg, const struct kafka_report *report)
{
    struct kafka_report *told = arg;
    *told = *report;
    __atomic_store_n(&told->append_time_us, INT64_C(1), __ATOMIC_RELEASE);
}

/* What became of one message into the partition of this number. */
static struct kafka_report produce(struct fixture *f, enum topic topic, int32_t partition, const char *key,
                                   const char *value)
{
    struct kafka_report report = {.append_time_us = 0};
    int64_t until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000);
    assert_int_equal(kafka_produce_to(f->producer, topic, partition, key, strlen(key), value, value ? strlen(value) : 0,
                                      on_report, &report),
                     ERR_OK);
    while (__atomic_load_n(&report.append_time_us, __ATOMIC_ACQUIRE) == 0 && clock_monotonic_us() < until_us)
        pause_ms(2);
    assert_int_equal(report.append_time_us, 1);
    return report;
}

static void wait_until_refused(struct fixture *f, enum topic topic)
{
    int64_t until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000);
    enum err err = ERR_OK;
    for (; !err && clock_monotonic_us() < until_us; pause_ms(5))
        err = produce(f, topic, 0, "k", "b").err;
    assert_int_equal(err, ERR_OUTCOME_UNKNOWN);
}

static void start_anew(struct fixture *f)
{
    kafka_producer_stop(f->producer, 5000);
    kafka_topic_prefix(f->name);
    assert_int_equal(kafka_topics_check(f->environment.brokers, WITHIN_MS), ERR_OK);
    assert_int_equal(kafka_producer_start(f, f->environment.brokers,
                                          &(struct kafka_producer_options){.timeout_ms = 10000}, &f->producer),
                     ERR_OK);
    f->environment.producer = f->producer;
}

static void next_birth(struct fixture *f)
{
    assert_int_equal(kafka_birth_begin(f->environment.brokers, NEXT_PARTITIONS, WITHIN_MS), ERR_OK);
    assert_int_equal(kafka_birth_open(f->environment.brokers, WITHIN_MS), ERR_OK);
    start_anew(f);
}

static void test_each_step_can_be_taken_again_and_leaves_what_it_says(void **state)
{
    struct fixture *f = *state;
    const char *brokers = f->environment.brokers;
    struct kafka_births births;
    assert_int_equal(kafka_birth_open(brokers, WITHIN_MS), ERR_NOT_FOUND);
    assert_int_equal(kafka_birth_begin(brokers, TEST_PARTITIONS, WITHIN_MS), ERR_WRONG_STATE);
    assert_int_equal(kafka_birth_begin(brokers, KAFKA_PARTITIONS_MOST + 1, WITHIN_MS), ERR_INVALID);
    assert_int_equal(kafka_birth_begin(brokers, NEXT_PARTITIONS, WITHIN_MS), ERR_OK);
    assert_int_equal(kafka_birth_begin(brokers, NEXT_PARTITIONS, WITHIN_MS), ERR_OK);
    assert_int_equal(kafka_birth_begin(brokers, NEXT_PARTITIONS + 1, WITHIN_MS), ERR_WRONG_STATE);
    wait_for_later_birth(false);
    assert_int_equal(kafka_takes_writes(f->producer, INT64_MAX), ERR_UNAVAILABLE);
    assert_int_equal(produce(f, TOPIC_ACTIVITY, 0, "k", "a").err, ERR_OK); /* a gateway that has not heard yet */
    assert_int_equal(kafka_birth_close(brokers, WITHIN_MS), ERR_OK);
    assert_int_equal(kafka_birth_close(brokers, WITHIN_MS), ERR_OK);
    wait_until_refused(f, TOPIC_ACTIVITY);
    assert_int_equal(kafka_topics_make(brokers, TEST_PARTITIONS, WITHIN_MS), ERR_OK); /* `up` opens nothing */
    assert_int_equal(kafka_births_ask(brokers, WITHIN_MS, &births), ERR_OK);
    assert_int_equal(births.open, 1);
    assert_int_equal(births.next_partitions, NEXT_PARTITIONS);
    assert_int_equal(kafka_birth_open(brokers, WITHIN_MS), ERR_OK);
    assert_int_equal(kafka_birth_open(brokers, WITHIN_MS), ERR_NOT_FOUND);
    wait_for_later_birth(true);
    assert_int_equal(kafka_births_ask(brokers, WITHIN_MS, &births), ERR_OK);
    assert_int_equal(births.open, 2);
    assert_int_equal(births.partitions, NEXT_PARTITIONS);
    assert_int_equal(births.next_partitions, 0);
}

static void test_what_is_given_up_leaves_the_topics_as_they_were(void **state)
{
    struct fixture *f = *state;
    const char *brokers = f->environment.brokers;
    struct kafka_births births;
    assert_int_equal(kafka_birth_begin(brokers, NEXT_PARTITIONS, WITHIN_MS), ERR_OK);
    assert_int_equal(kafka_birth_close(brokers, WITHIN_MS), ERR_OK);
    assert_int_equal(kafka_birth_give_up(brokers, WITHIN_MS), ERR_OK);
    assert_int_equal(produce(f, TOPIC_ACTIVITY, 0, "k", "a").err, ERR_OK);
    assert_int_equal(kafka_births_ask(brokers, WITHIN_MS, &births), ERR_OK);
    assert_int_equal(births.open, 1);
    assert_int_equal(births.next_partitions, 0);
    assert_int_equal(kafka_topics_check(brokers, WITHIN_MS), ERR_OK);
}

static void test_a_partition_of_any_birth_leads_into_the_newest(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(produce(f, TOPIC_ACTIVITY, 5, "k", "a").partition, 5);
    next_birth(f);
    assert_int_equal(produce(f, TOPIC_ACTIVITY, 5, "k", "a").partition, 1000 + 5 % NEXT_PARTITIONS);
    assert_int_equal(produce(f, TOPIC_ACTIVITY, 1002, "k", "a").partition, 1002);
    assert_int_equal(produce(f, TOPIC_ACTIVITY, -1, "k", "a").partition / 1000, 1);
}

static void test_compacted_topics_are_copied_in_the_order_of_each_key(void **state)
{
    struct fixture *f = *state;
    static const char *const VALUES[] = {"a", "b", NULL, "c"};
    const enum topic topic = TOPIC_DIRECTORY_MEMBERS;
    char copied[5] = "";
    size_t n = 0;
    struct kafka_consumer *reader;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(produce(f, topic, -1, "k", VALUES[i]).err, ERR_OK);
    next_birth(f);
    assert_int_equal(kafka_reader_start(f, f->environment.brokers, &topic, 1, 0, &reader), ERR_OK);
    int64_t until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000);
    while (n < 4 && clock_monotonic_us() < until_us) {
        struct kafka_records *records;
        if (kafka_poll(reader, 10, 100, &records))
            continue;
        for (size_t i = 0; i < records->n && n < 4; i++)
            if (kafka_birth_of(records->items[i].partition) == 2)
                copied[n++] = records->items[i].value ? *(const char *)records->items[i].value : '-';
        kafka_records_free(records);
    }
    kafka_consumer_stop(reader);
    assert_string_equal(copied, "ab-c");
}

static void wait_until_held_back(const struct loop *loop)
{
    int64_t until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000);
    while (!__atomic_load_n(&loop->births.holds_back, __ATOMIC_RELAXED) && clock_monotonic_us() < until_us)
        pause_ms(5);
    assert_true(__atomic_load_n(&loop->births.holds_back, __ATOMIC_RELAXED));
}

/* The old partition is kept from being read by its flag, as by a log that is another one. */
static void test_a_birth_waits_until_the_older_one_has_been_read(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("of two births");
    struct loop *loop = loop_fixture_loop(f);
    send_command(f, &item, KEEP, 0);
    wait_number(f, FACTS, 1);
    loop_stop(loop);
    must(f, "UPDATE position SET stopped = 'by the test' WHERE next > 0");
    send_command(f, &item, KEEP, 1);
    next_birth(f);
    send_command(f, &item, KEEP, 2);
    loop = loop_fixture_loop(f);
    wait_until_held_back(loop);
    assert_int_equal(number_of(f, FACTS), 1);
    must(f, "UPDATE position SET stopped = NULL, owner = gen_random_uuid() WHERE stopped IS NOT NULL");
    wait_number(f, FACTS, 3);
    assert_int_equal(number_of(f, "SELECT count(*) FROM (SELECT version, lag(version) OVER (ORDER BY place) AS before"
                                  " FROM fact) AS f WHERE before > version"),
                     0);
    assert_int_equal(number_of(f, "SELECT count(*) FROM position WHERE partition >= 1000 AND next = 1"), 1);
    loop_stop(loop);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, loop_fixture_start, loop_fixture_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_each_step_can_be_taken_again_and_leaves_what_it_says),
        CASE(test_what_is_given_up_leaves_the_topics_as_they_were),
        CASE(test_a_partition_of_any_birth_leads_into_the_newest),
        CASE(test_compacted_topics_are_copied_in_the_order_of_each_key),
        CASE(test_a_birth_waits_until_the_older_one_has_been_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
