/* common/kafka/kafka.h against a real broker. SOTAY_TEST_KAFKA: its address; each run has topics of its own by their
 * prefix, and every case a topic that no other case uses. */
#include "kafka_topics.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/kafka/kafka.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 30000 };

static const char *brokers;
static TALLOC_CTX *ctx;
static char *prefix;
static struct kafka_producer *producer;

static int64_t patience(void)
{
    return clock_monotonic_us() + PATIENCE_MS * INT64_C(1000);
}

static int start(void **state)
{
    (void)state;
    brokers = brokers_as_operator();
    if (!brokers) {
        print_error("SOTAY_TEST_KAFKA is not set\n");
        return 1;
    }
    ctx = mem_context(NULL, "test_kafka");
    prefix = mem_printf(ctx, "test%d.", (int)getpid());
    kafka_topic_prefix(prefix);
    assert_int_equal(kafka_topics_check(brokers, 10000), ERR_UNAVAILABLE);
    assert_int_equal(kafka_topics_make(brokers, TEST_PARTITIONS, 20000), ERR_OK);
    const struct kafka_producer_options options = {.timeout_ms = 10000};
    assert_int_equal(kafka_producer_start(ctx, brokers, &options, &producer), ERR_OK);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    if (!producer)
        return 0; /* start failed */
    kafka_producer_stop(producer, 5000);
    delete_topics(brokers, prefix);
    mem_free(ctx);
    return 0;
}

/* --- producing ---------------------------------------------------------------------------------------------------- */

struct reports {
    atomic_int n, failed, disordered;
    struct kafka_report last; /* read after the wait only */
};

static void on_report(void *arg, const struct kafka_report *report)
{
    struct reports *reports = arg;
    if (atomic_load(&reports->n) > 0 && report->offset < reports->last.offset)
        atomic_fetch_add(&reports->disordered, 1);
    reports->last = *report;
    if (report->err)
        atomic_fetch_add(&reports->failed, 1);
    atomic_fetch_add(&reports->n, 1);
}

static void wait_reports(struct reports *reports, int n)
{
    int64_t until_us = patience();
    for (; atomic_load(&reports->n) < n; pause_ms(1))
        assert_true(clock_monotonic_us() < until_us);
}

static struct kafka_report produce(enum topic topic, const char *key, const char *value)
{
    struct reports reports = {0};
    size_t n = value ? strlen(value) : 0;
    assert_int_equal(kafka_produce(producer, topic, key, strlen(key), value, n, on_report, &reports), ERR_OK);
    wait_reports(&reports, 1);
    assert_int_equal(reports.last.err, ERR_OK);
    return reports.last;
}

static void test_a_report_says_where_and_when_it_was_appended(void **state)
{
    (void)state;
    int64_t before_us = clock_now_us();
    struct kafka_report first = produce(TOPIC_ACTIVITY, "a", "one"), second = produce(TOPIC_ACTIVITY, "a", "two");
    assert_int_equal(first.partition, second.partition);
    assert_int_equal(second.offset, first.offset + 1);
    assert_in_range(first.append_time_us, before_us - 1000, clock_now_us());
}

static void test_the_partition_of_a_key_is_fixed_for_ever(void **state)
{
    (void)state; /* Java's murmur2 of these keys, positive, modulo their number */
    assert_int_equal(produce(TOPIC_ACTIVITY, "21", "x").partition, (-973932308 & 0x7fffffff) % TEST_PARTITIONS);
    assert_int_equal(produce(TOPIC_ACTIVITY, "foobar", "x").partition, (-790332482 & 0x7fffffff) % TEST_PARTITIONS);
    assert_int_equal(produce(TOPIC_ACTIVITY, "a-little-bit-long-string", "x").partition,
                     (-985981536 & 0x7fffffff) % TEST_PARTITIONS);
}

static void test_gathered_messages_arrive_in_order_also_those_that_still_wait_at_the_stop(void **state)
{
    (void)state;
    enum { MESSAGES = 5000 };
    struct kafka_producer *gathering;
    struct reports reports = {0};
    const struct kafka_producer_options options = {.timeout_ms = 10000, .gather_ms = 60000};
    assert_int_equal(kafka_producer_start(ctx, brokers, &options, &gathering), ERR_OK);
    for (int i = 0; i < MESSAGES; i++)
        assert_int_equal(kafka_produce(gathering, TOPIC_ACTIVITY, "k", 1, "v", 1, on_report, &reports), ERR_OK);
    kafka_producer_stop(gathering, 10000);
    assert_int_equal(atomic_load(&reports.n), MESSAGES);
    assert_int_equal(atomic_load(&reports.failed), 0);
    assert_int_equal(atomic_load(&reports.disordered), 0);
}

static void test_silence_stays_short_while_nothing_is_produced(void **state)
{
    (void)state;
    int64_t until_us = clock_monotonic_us() + 1500000;
    for (; clock_monotonic_us() < until_us; pause_ms(10))
        assert_true(kafka_silent_us(producer) < 1000000);
}

static void test_without_a_broker_what_waits_is_reported_in_time(void **state)
{
    (void)state;
    struct kafka_producer *alone;
    struct reports reports = {0};
    const struct kafka_producer_options options = {.timeout_ms = 500, .gather_ms = 60000};
    assert_int_equal(kafka_producer_start(ctx, "127.0.0.1:1", &options, &alone), ERR_OK);
    for (int i = 0; i < 10; i++)
        assert_int_equal(kafka_produce(alone, TOPIC_ACTIVITY, "k", 1, "v", 1, on_report, &reports), ERR_OK);
    wait_reports(&reports, 10);
    assert_int_equal(atomic_load(&reports.failed), 10);
    kafka_producer_stop(alone, 1000);
}

static void test_without_a_broker_all_ends_in_time(void **state)
{
    (void)state;
    const char *nobody = "127.0.0.1:1";
    int64_t start_us = clock_monotonic_us();
    assert_null(kafka_cluster_id(ctx, nobody, 300));
    assert_int_equal(kafka_topics_make(nobody, TEST_PARTITIONS, 300), ERR_UNAVAILABLE);
    struct kafka_producer *alone;
    struct reports reports = {0};
    assert_int_equal(kafka_producer_start(ctx, nobody, &(struct kafka_producer_options){.timeout_ms = 500}, &alone),
                     ERR_OK);
    assert_int_equal(kafka_produce(alone, TOPIC_ACTIVITY, "k", 1, "v", 1, on_report, &reports), ERR_OK);
    wait_reports(&reports, 1);
    assert_int_equal(reports.last.err, ERR_OUTCOME_UNKNOWN);
    assert_true(kafka_silent_us(alone) > 1000000);
    assert_int_equal(kafka_produce(alone, TOPIC_ACTIVITY, "k", 1, "v", 1, on_report, &reports), ERR_OK);
    kafka_producer_stop(alone, 100);
    assert_int_equal(atomic_load(&reports.n), 2);
    assert_true(clock_monotonic_us() - start_us < 10000000);
}

/* --- topics ------------------------------------------------------------------------------------------------------- */

static void test_the_cluster_has_an_id(void **state)
{
    (void)state;
    char *id = kafka_cluster_id(ctx, brokers, 5000);
    assert_non_null(id);
    assert_true(strlen(id) > 10);
}

static void test_topics_are_known_by_number_and_name(void **state)
{
    (void)state;
    assert_string_equal(topic_name(TOPIC_MEETING_COMMANDS) + strlen(prefix), "meeting.commands");
    assert_int_equal(topic_from_name(topic_name(TOPIC_ACTIVITY)), TOPIC_ACTIVITY);
    assert_int_equal(topic_from_name("nothing"), TOPIC_NONE);
    assert_int_equal(topic_partitions(TOPIC_ACTIVITY), TEST_PARTITIONS);
}

static void test_a_topic_that_differs_is_refused(void **state)
{
    (void)state;
    kafka_topic_prefix(mem_printf(ctx, "%spartitions.", prefix));
    create_topic(brokers, topic_name(TOPIC_MEETING_EVENTS), 3);
    assert_int_equal(kafka_topics_make(brokers, TEST_PARTITIONS, 20000), ERR_CONFIG);
    kafka_topic_prefix(mem_printf(ctx, "%ssettings.", prefix));
    create_topic(brokers, topic_name(TOPIC_ACTIVITY), 4);
    assert_int_equal(kafka_topics_make(brokers, TEST_PARTITIONS, 20000), ERR_CONFIG);
    kafka_topic_prefix(prefix);
    assert_int_equal(kafka_topics_check(brokers, 20000), ERR_OK);
}

/* --- consuming ---------------------------------------------------------------------------------------------------- */

struct reading {
    enum topic topic;
    char *group;
    struct kafka_consumer *consumer;
    int64_t next[8], beyond_end; /* what `assigned` answers; the end, once it knows that one lies beyond it */
    enum err refuses;            /* or this */
    int asked, revoked;
    size_t partitions; /* of the last assignment */
    size_t n;
    char *values; /* those read, in order, one after the other */
};

static enum err on_assigned(void *arg, struct kafka_assignment *partitions, size_t n)
{
    struct reading *reading = arg;
    reading->asked++;
    reading->partitions = n;
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(partitions[i].topic, reading->topic);
        if (partitions[i].end >= 0 && reading->next[partitions[i].partition] > partitions[i].end)
            reading->next[partitions[i].partition] = reading->beyond_end = partitions[i].end;
        partitions[i].next = reading->next[partitions[i].partition];
    }
    return reading->refuses;
}

static void on_revoked(void *arg)
{
    struct reading *reading = arg;
    reading->revoked++;
    reading->partitions = 0;
}

static void reading_start(struct reading *reading, const char *instance)
{
    if (!reading->group)
        reading->group = mem_printf(ctx, "%s%d", prefix, reading->topic);
    reading->values = mem_text(ctx, "");
    const struct kafka_consumer_options options = {.brokers = brokers,
                                                   .group = reading->group,
                                                   .instance = instance,
                                                   .topics = &reading->topic,
                                                   .n_topics = 1,
                                                   .assigned = on_assigned,
                                                   .revoked = on_revoked,
                                                   .arg = reading};
    assert_int_equal(kafka_consumer_start(ctx, &options, &reading->consumer), ERR_OK);
}

static enum err poll_once(struct reading *reading, int wait_ms)
{
    struct kafka_records *records;
    enum err err = kafka_poll(reading->consumer, 100, wait_ms, &records);
    if (err)
        return err;
    for (size_t i = 0; i < records->n; i++) {
        const struct kafka_record *r = &records->items[i];
        assert_int_equal(r->topic, reading->topic);
        reading->values = talloc_strndup_append(reading->values, r->value ? r->value : "-",
                                                r->value ? r->value_bytes : 1);
        reading->next[r->partition] = r->offset + 1;
    }
    reading->n += records->n;
    kafka_records_free(records);
    return ERR_OK;
}

static void read_until(struct reading *reading, size_t n)
{
    int64_t until_us = patience();
    while (reading->n < n) {
        assert_true(clock_monotonic_us() < until_us);
        enum err err = poll_once(reading, 50);
        assert_true(err == ERR_OK || err == ERR_RETRY);
    }
    assert_int_equal(reading->n, n);
}

static void poll_until(struct reading *reading, bool (*done)(struct reading *reading))
{
    int64_t until_us = patience();
    while (!done(reading)) {
        assert_true(clock_monotonic_us() < until_us);
        enum err ignored = poll_once(reading, 20); /* the condition is what counts */
        (void)ignored;
    }
}

static bool is_caught_up(struct reading *reading)
{
    return kafka_caught_up(reading->consumer);
}

static void test_records_arrive_in_order_with_keys_values_and_tombstones(void **state)
{
    (void)state;
    struct reading reading = {.topic = TOPIC_MEETING_COMMANDS};
    produce(TOPIC_MEETING_COMMANDS, "k", "a");
    produce(TOPIC_MEETING_COMMANDS, "k", NULL);
    produce(TOPIC_MEETING_COMMANDS, "k", "b");
    reading_start(&reading, "1");
    assert_false(kafka_caught_up(reading.consumer));
    read_until(&reading, 3);
    assert_string_equal(reading.values, "a-b");
    assert_int_equal(reading.partitions, 8);
    kafka_consumer_stop(reading.consumer);
    assert_int_equal(reading.revoked, 1);
}

static void test_reading_goes_on_from_the_position_that_assigned_gives(void **state)
{
    (void)state;
    struct reading reading = {.topic = TOPIC_DOCUMENT_COMMANDS};
    struct kafka_report first = produce(TOPIC_DOCUMENT_COMMANDS, "k", "a");
    produce(TOPIC_DOCUMENT_COMMANDS, "k", "b");
    reading.next[first.partition] = first.offset + 1;
    reading_start(&reading, "1");
    read_until(&reading, 1);
    assert_string_equal(reading.values, "b");
    kafka_consumer_stop(reading.consumer);
}

static void test_positions_that_cannot_be_asked_are_asked_again(void **state)
{
    (void)state;
    struct reading reading = {.topic = TOPIC_NOTIFICATION_COMMANDS, .refuses = ERR_RETRY};
    produce(TOPIC_NOTIFICATION_COMMANDS, "k", "a");
    reading_start(&reading, "1");
    int64_t until_us = patience();
    while (reading.asked < 5) {
        assert_true(clock_monotonic_us() < until_us);
        enum err err = poll_once(&reading, 20);
        assert_true(err == ERR_OK ? reading.asked == 0 : err == ERR_RETRY);
    }
    assert_false(kafka_caught_up(reading.consumer));
    reading.refuses = ERR_OK;
    read_until(&reading, 1);
    kafka_consumer_stop(reading.consumer);
}

static void test_a_pause_stops_and_a_resume_starts_again_from_the_position(void **state)
{
    (void)state;
    struct reading reading = {.topic = TOPIC_AUTH_COMMANDS};
    struct kafka_report first = produce(TOPIC_AUTH_COMMANDS, "k", "a");
    reading_start(&reading, "1");
    read_until(&reading, 1);
    kafka_pause(reading.consumer);
    produce(TOPIC_AUTH_COMMANDS, "k", "b");
    for (int i = 0; i < 10; i++)
        assert_int_equal(poll_once(&reading, 50), ERR_OK);
    assert_int_equal(reading.n, 1);
    reading.next[first.partition] = first.offset; /* what was given out was not committed */
    assert_int_equal(kafka_resume(reading.consumer), ERR_OK);
    read_until(&reading, 3);
    assert_string_equal(reading.values, "aab");
    assert_int_equal(reading.revoked, 0);
    kafka_consumer_stop(reading.consumer);
}

static bool knows_the_end(struct reading *reading)
{
    return reading->beyond_end > 0;
}

static void test_a_position_beyond_the_end_is_asked_for_again_with_the_ends_of_the_log(void **state)
{
    (void)state;
    struct reading reading = {.topic = TOPIC_DOCUMENT_EVENTS};
    struct kafka_report first = produce(TOPIC_DOCUMENT_EVENTS, "k", "a");
    reading.next[first.partition] = 1000;
    reading_start(&reading, "1");
    poll_until(&reading, knows_the_end);
    assert_int_equal(reading.beyond_end, first.offset + 1);
    kafka_consumer_stop(reading.consumer);
}

static void test_read_whole_means_that_all_was_given_out(void **state)
{
    (void)state;
    struct reading reading = {.topic = TOPIC_DIRECTORY_MEMBERS};
    for (int i = 0; i < 300; i++)
        produce(TOPIC_DIRECTORY_MEMBERS, mem_printf(ctx, "member%d", i), "m");
    reading_start(&reading, "1");
    poll_until(&reading, is_caught_up);
    assert_int_equal(reading.n, 300);
    kafka_consumer_stop(reading.consumer);
}

static void test_topics_without_records_are_read_whole_at_once(void **state)
{
    (void)state;
    struct reading reading = {.topic = TOPIC_DIRECTORY_ORGANIZATIONS};
    reading_start(&reading, "1");
    poll_until(&reading, is_caught_up);
    kafka_consumer_stop(reading.consumer);
}

static void test_committed_positions_serve_lag_only(void **state)
{
    (void)state;
    struct reading reading = {.topic = TOPIC_NOTIFICATION_EVENTS};
    struct kafka_report first = produce(TOPIC_NOTIFICATION_EVENTS, "k", "a");
    reading_start(&reading, "1");
    read_until(&reading, 1);
    kafka_commit_for_lag(reading.consumer, TOPIC_NOTIFICATION_EVENTS, first.partition, first.offset + 1);
    kafka_consumer_stop(reading.consumer);
    memset(reading.next, 0, sizeof reading.next);
    reading.n = 0;
    reading_start(&reading, "1");
    read_until(&reading, 1);
    kafka_consumer_stop(reading.consumer);
}

static struct reading pair[2];

static bool pair_is_balanced(struct reading *reading)
{
    (void)reading;
    return pair[0].partitions == 4 && pair[1].partitions == 4;
}

static void test_two_instances_share_and_the_same_instance_twice_takes_the_place(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        pair[i] = (struct reading){.topic = TOPIC_MEETING_EVENTS};
        reading_start(&pair[i], i ? "2" : "1");
    }
    int64_t until_us = patience();
    while (!pair_is_balanced(NULL)) {
        assert_true(clock_monotonic_us() < until_us);
        for (int i = 0; i < 2; i++)
            assert_int_equal(poll_once(&pair[i], 20), ERR_OK);
    }
    struct reading usurper = {.topic = TOPIC_MEETING_EVENTS};
    reading_start(&usurper, "1");
    enum err err = ERR_OK;
    while (err != ERR_OWNER_LOST) {
        assert_true(clock_monotonic_us() < until_us + 30000000);
        err = poll_once(&usurper, 20) ? ERR_OK : poll_once(&pair[0], 20);
    }
    assert_int_equal(poll_once(&pair[1], 20), ERR_OK);
    kafka_consumer_stop(usurper.consumer);
    kafka_consumer_stop(pair[0].consumer);
    kafka_consumer_stop(pair[1].consumer);
}

static void test_a_reader_reads_all_or_since_a_time(void **state)
{
    (void)state;
    const enum topic topic = TOPIC_AUTH_EVENTS;
    struct reading reading = {.topic = topic};
    produce(topic, "k", "a");
    pause_ms(5); /* the broker's clock counts milliseconds: the two must differ */
    struct kafka_report second = produce(topic, "k", "b");
    reading.values = mem_text(ctx, "");
    assert_int_equal(kafka_reader_start(ctx, brokers, &topic, 1, 0, &reading.consumer), ERR_OK);
    read_until(&reading, 2);
    kafka_consumer_stop(reading.consumer);
    assert_int_equal(kafka_reader_start(ctx, brokers, &topic, 1, second.append_time_us, &reading.consumer), ERR_OK);
    read_until(&reading, 3);
    poll_until(&reading, is_caught_up);
    produce(topic, "another", "c");
    read_until(&reading, 4);
    assert_string_equal(reading.values, "abbc");
    kafka_consumer_stop(reading.consumer);
    assert_int_equal(kafka_reader_start(ctx, "127.0.0.1:1", &topic, 1, 1, &reading.consumer), ERR_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_topics_are_known_by_number_and_name),
        cmocka_unit_test(test_the_cluster_has_an_id),
        cmocka_unit_test(test_a_report_says_where_and_when_it_was_appended),
        cmocka_unit_test(test_the_partition_of_a_key_is_fixed_for_ever),
        cmocka_unit_test(test_gathered_messages_arrive_in_order_also_those_that_still_wait_at_the_stop),
        cmocka_unit_test(test_without_a_broker_what_waits_is_reported_in_time),
        cmocka_unit_test(test_silence_stays_short_while_nothing_is_produced),
        cmocka_unit_test(test_without_a_broker_all_ends_in_time),
        cmocka_unit_test(test_records_arrive_in_order_with_keys_values_and_tombstones),
        cmocka_unit_test(test_reading_goes_on_from_the_position_that_assigned_gives),
        cmocka_unit_test(test_positions_that_cannot_be_asked_are_asked_again),
        cmocka_unit_test(test_a_pause_stops_and_a_resume_starts_again_from_the_position),
        cmocka_unit_test(test_a_position_beyond_the_end_is_asked_for_again_with_the_ends_of_the_log),
        cmocka_unit_test(test_read_whole_means_that_all_was_given_out),
        cmocka_unit_test(test_topics_without_records_are_read_whole_at_once),
        cmocka_unit_test(test_committed_positions_serve_lag_only),
        cmocka_unit_test(test_two_instances_share_and_the_same_instance_twice_takes_the_place),
        cmocka_unit_test(test_a_reader_reads_all_or_since_a_time),
        cmocka_unit_test(test_a_topic_that_differs_is_refused),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
