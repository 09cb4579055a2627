/* How messages that wait become records. */
#include "common/kafka/kafka_gather.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/kafka/envelope.h"
#include "tests/unit/test.h"
#include <string.h>

static TALLOC_CTX *ctx;

static struct kafka_pending *pending_of(const char *value, int32_t partition)
{
    size_t n = value ? strlen(value) : 0;
    struct kafka_pending *pending = mem_zalloc(NULL, sizeof *pending + n, "pending");
    pending->partition = partition;
    pending->value_bytes = n;
    pending->is_tombstone = !value;
    if (value)
        memcpy(pending->bytes, value, n);
    return pending;
}

static struct kafka_group group_of(size_t n, const char *const values[], const int32_t partitions[])
{
    struct kafka_group group = STAILQ_HEAD_INITIALIZER(group);
    for (size_t i = 0; i < n; i++) {
        struct kafka_pending *pending = pending_of(values[i], partitions[i]);
        STAILQ_INSERT_TAIL(&group, pending, entry);
    }
    return group;
}

/* "a b" of a record that holds a and b. */
static const char *text_of(const struct kafka_shipment *shipment)
{
    ProtobufCBinaryData value = shipment->value;
    const Pb__Bundle *bundle = envelope_unbundle(ctx, value.data, value.len);
    char *text = mem_text(ctx, "");
    if (!bundle)
        return talloc_asprintf(ctx, "%.*s", (int)value.len, value.data ? (const char *)value.data : "");
    for (size_t i = 0; i < bundle->n_envelopes; i++)
        text = talloc_asprintf(ctx, "%s%s%.*s", text, i > 0 ? " " : "", (int)bundle->envelopes[i].len,
                               (const char *)bundle->envelopes[i].data);
    return text;
}

static void assert_record(struct kafka_group *group, bool together, int32_t partition, const char *text)
{
    assert_false(STAILQ_EMPTY(group));
    struct kafka_shipment *shipment = kafka_shipment_take(group, together);
    assert_int_equal(STAILQ_FIRST(&shipment->messages)->partition, partition);
    assert_string_equal(text_of(shipment), text);
    mem_free(shipment);
}

static void test_messages_of_a_partition_are_one_record_in_their_order(void **state)
{
    (void)state;
    const char *const values[] = {"a", "b", "c", NULL, "d", "e"};
    const int32_t partitions[] = {1, 0, 1, 1, 1, 0};
    struct kafka_group group = group_of(6, values, partitions);
    assert_record(&group, true, 1, "a c d");
    assert_record(&group, true, 0, "b e");
    assert_record(&group, true, 1, ""); /* a tombstone has no value that could stand among others */
    assert_true(STAILQ_EMPTY(&group));
}

static void test_messages_that_are_no_envelopes_or_of_no_known_partition_go_alone(void **state)
{
    (void)state;
    const char *const values[] = {"a", "b", "c", "d"};
    const int32_t partitions[] = {1, 1, -1, -1};
    struct kafka_group group = group_of(4, values, partitions);
    assert_record(&group, false, 1, "a");
    assert_record(&group, true, 1, "b");
    assert_record(&group, true, -1, "c");
    assert_record(&group, true, -1, "d");
    assert_true(STAILQ_EMPTY(&group));
}

static void test_a_record_ends_before_the_message_that_makes_it_too_large(void **state)
{
    (void)state;
    enum { LARGE = 600 * 1024 };
    char *large = mem_array(ctx, char, LARGE + 1);
    memset(large, 'x', LARGE);
    const char *const values[] = {"a", large, large, "b"};
    const int32_t partitions[] = {0, 0, 0, 0};
    struct kafka_group group = group_of(4, values, partitions);
    assert_record(&group, true, 0, talloc_asprintf(ctx, "a %s", large));
    assert_record(&group, true, 0, talloc_asprintf(ctx, "%s b", large)); /* "b" had room before, but stands behind it */
    assert_true(STAILQ_EMPTY(&group));
}

static void count(void *arg, const struct kafka_report *report)
{
    assert_int_equal(report->offset, 7);
    (*(int *)arg)++;
}

static void test_a_record_is_reported_to_all_of_its_messages(void **state)
{
    (void)state;
    const char *const values[] = {"a", "b", "c"};
    const int32_t partitions[] = {0, 0, 0};
    struct kafka_group group = group_of(3, values, partitions);
    struct kafka_pending *pending;
    int reported = 0;
    STAILQ_FOREACH(pending, &group, entry)
    {
        pending->fn = count;
        pending->arg = &reported;
    }
    kafka_shipment_settle(kafka_shipment_take(&group, true), &(struct kafka_report){.offset = 7});
    assert_int_equal(reported, 3);
}

static void free_group(struct kafka_group *group)
{
    while (!STAILQ_EMPTY(group))
        mem_free(kafka_shipment_take(group, true));
}

static size_t length(const struct kafka_group *group)
{
    const struct kafka_pending *pending;
    size_t n = 0;
    STAILQ_FOREACH(pending, group, entry)
    n++;
    return n;
}

/* How many go when a message of that topic comes. */
static size_t entered(struct kafka_gathering *gathering, size_t topic)
{
    struct kafka_group group = STAILQ_HEAD_INITIALIZER(group);
    struct kafka_pending *pending = pending_of("x", 0);
    pending->topic_index = topic;
    assert_int_equal(kafka_gather_enter(gathering, pending, &group), ERR_OK);
    size_t n = length(&group);
    free_group(&group);
    return n;
}

/* How many go when one of that group of topic 0 has come so far. */
static size_t left_as(struct kafka_gathering *gathering, uint64_t number, enum kafka_leave how)
{
    struct kafka_group group = kafka_gather_leave(gathering, 0, number, 1, how);
    const struct kafka_pending *pending;
    STAILQ_FOREACH(pending, &group, entry)
    assert_int_equal(pending->group, number + 1);
    size_t n = length(&group);
    free_group(&group);
    return n;
}

static size_t left(struct kafka_gathering *gathering, uint64_t number)
{
    return left_as(gathering, number, KAFKA_ANSWERED);
}

static void test_one_goes_at_once_and_those_behind_it_when_it_is_answered(void **state)
{
    (void)state;
    struct kafka_gathering gathering;
    kafka_gathering_init(&gathering, 60000);
    assert_int_equal(entered(&gathering, 0), 1);
    assert_int_equal(entered(&gathering, 0), 0);
    assert_int_equal(entered(&gathering, 0), 0);
    struct kafka_group late = kafka_gather_late(&gathering);
    assert_true(STAILQ_EMPTY(&late));
    assert_int_equal(left(&gathering, 1), 2);
    assert_int_equal(entered(&gathering, 0), 0); /* both are out */
    assert_int_equal(left(&gathering, 2), 0);
    assert_int_equal(left(&gathering, 2), 1);
    assert_int_equal(left(&gathering, 3), 0);
    assert_int_equal(entered(&gathering, 0), 1);
    kafka_gathering_done(&gathering);
}

static void test_a_topic_whose_reader_is_slow_holds_no_other_back(void **state)
{
    (void)state;
    struct kafka_gathering gathering;
    kafka_gathering_init(&gathering, 60000);
    assert_int_equal(entered(&gathering, 0), 1);
    assert_int_equal(entered(&gathering, 1), 1);
    assert_int_equal(entered(&gathering, 0), 0);
    assert_int_equal(entered(&gathering, 1), 0);
    struct kafka_group rest = kafka_gather_rest(&gathering);
    assert_int_equal(length(&rest), 2);
    free_group(&rest);
    kafka_gathering_done(&gathering);
}

static void test_after_a_group_that_nobody_answered_in_time_only_the_next_counts(void **state)
{
    (void)state;
    struct kafka_gathering gathering;
    kafka_gathering_init(&gathering, 0); /* nothing waits */
    assert_int_equal(entered(&gathering, 0), 1);
    assert_int_equal(entered(&gathering, 0), 1);
    gathering.wait_us = CLOCK_MINUTE_US;
    assert_int_equal(entered(&gathering, 0), 0);
    assert_int_equal(left_as(&gathering, 1, KAFKA_FAILED), 0); /* too late */
    assert_int_equal(left_as(&gathering, 2, KAFKA_FAILED), 1);
    kafka_gathering_done(&gathering);
}

static void test_after_a_group_that_nobody_answered_in_time_reports_are_enough_for_a_while(void **state)
{
    (void)state;
    struct kafka_gathering gathering;
    kafka_gathering_init(&gathering, 0);
    assert_int_equal(entered(&gathering, 0), 1);
    assert_int_equal(entered(&gathering, 0), 1); /* late */
    gathering.wait_us = CLOCK_MINUTE_US;
    assert_int_equal(entered(&gathering, 0), 0);
    assert_int_equal(left_as(&gathering, 2, KAFKA_ANSWERED), 0);
    assert_int_equal(left_as(&gathering, 2, KAFKA_REPORTED), 1);
    gathering.topics[0].by_report_until_us = 0; /* the while is over */
    assert_int_equal(entered(&gathering, 0), 0);
    assert_int_equal(left_as(&gathering, 3, KAFKA_REPORTED), 1);
    assert_int_equal(entered(&gathering, 0), 0);
    assert_int_equal(left_as(&gathering, 4, KAFKA_REPORTED), 0);
    assert_int_equal(left_as(&gathering, 4, KAFKA_ANSWERED), 1);
    kafka_gathering_done(&gathering);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages_of_a_partition_are_one_record_in_their_order),
        cmocka_unit_test(test_messages_that_are_no_envelopes_or_of_no_known_partition_go_alone),
        cmocka_unit_test(test_a_record_ends_before_the_message_that_makes_it_too_large),
        cmocka_unit_test(test_a_record_is_reported_to_all_of_its_messages),
        cmocka_unit_test(test_one_goes_at_once_and_those_behind_it_when_it_is_answered),
        cmocka_unit_test(test_a_topic_whose_reader_is_slow_holds_no_other_back),
        cmocka_unit_test(test_after_a_group_that_nobody_answered_in_time_only_the_next_counts),
        cmocka_unit_test(test_after_a_group_that_nobody_answered_in_time_reports_are_enough_for_a_while),
    };
    ctx = mem_context(NULL, "test");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    mem_free(ctx);
    return failed;
}
