/* The loop where its Kafka is not the one that was processed: what an operator sees, and how he gets out of it. The
 * rows are changed here, which is the same as another log under them. */
#include "common/service/service_positions.h"
#include "loop_fixture.h"

#include <string.h>

#define FACTS "SELECT count(*) FROM fact"

static void send_all(struct fixture *f, int64_t from, int64_t to)
{
    struct uuid item = item_id("log");
    for (int64_t version = from; version < to; version++)
        send_command(f, &item, KEEP, version);
}

/* The service ran, and processed ten commands of one partition. */
static void process(struct fixture *f)
{
    struct loop *loop = loop_fixture_loop(f);
    send_all(f, 0, 10);
    wait_number(f, FACTS, 10);
    loop_stop(loop);
}

static void wait_unready(struct fixture *f, struct loop *loop, const char *words)
{
    int64_t until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000);
    const char *why = loop_not_ready(loop, f->ctx);
    for (; (!why || !strstr(why, words)) && clock_monotonic_us() < until_us; why = loop_not_ready(loop, f->ctx))
        pause_ms(5);
    if (!why || !strstr(why, words))
        print_error("%s\n", why ? why : "ready");
    assert_true(why && strstr(why, words));
}

static void wait_ready(struct fixture *f, struct loop *loop)
{
    int64_t until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000);
    while (loop_not_ready(loop, f->ctx) && clock_monotonic_us() < until_us)
        pause_ms(5);
    assert_null(loop_not_ready(loop, f->ctx));
}

static void reread(struct fixture *f)
{
    assert_int_equal(service_positions(&f->service, 2, (char *[]){"positions", "reread"}), 0);
}

/* What was processed is known by its id, what came meanwhile is applied once. */
static void stands_until_reread(struct fixture *f, const char *change)
{
    process(f);
    must(f, change);
    struct loop *loop = loop_fixture_loop(f);
    wait_unready(f, loop, "stopped");
    send_all(f, 10, 20);
    loop_stop(loop);
    loop = loop_fixture_loop(f);
    wait_unready(f, loop, "stopped");
    assert_int_equal(number_of(f, FACTS), 10);
    reread(f);
    wait_number(f, FACTS, 20);
    wait_ready(f, loop);
    loop_stop(loop);
    assert_false(f->failed);
}

static void test_commands_stand_where_another_record_is_until_they_are_read_again(void **state)
{
    stands_until_reread(*state, "UPDATE position SET last_hash = gen_random_uuid() WHERE next > 0");
}

static void test_commands_stand_where_the_log_ends_one_record_before_the_position(void **state)
{
    stands_until_reread(*state, "UPDATE position SET next = next + 1 WHERE next > 0");
}

static void test_commands_stand_where_the_log_ends_long_before_the_position(void **state)
{
    stands_until_reread(*state, "UPDATE position SET next = next + 5 WHERE next > 0");
}

static void send_raw(struct fixture *f)
{
    struct uuid item = item_id("raw");
    Pb__GetOutcome record = PB__GET_OUTCOME__INIT;
    record.message_id = uuid_to_pb(f, &item);
    ProtobufCBinaryData packed = mem_pack(f, &record.base);
    assert_int_equal(
        kafka_produce(f->producer, TOPIC_DIRECTORY_MEMBERS, &item, sizeof item, packed.data, packed.len, NULL, NULL),
        ERR_OK);
}

static void test_a_projection_is_read_again_where_its_log_is_another(void **state)
{
    struct fixture *f = *state;
    struct loop *loop = loop_fixture_loop(f);
    send_raw(f);
    wait_number(f, FACTS, 1);
    loop_stop(loop);
    must(f, "UPDATE position SET next = 9 WHERE next > 0");
    must(f, "DELETE FROM fact");
    loop = loop_fixture_loop(f);
    wait_number(f, FACTS, 1);
    wait_ready(f, loop);
    loop_stop(loop);
}

static void test_a_database_of_another_kafka_waits_until_an_operator_has_this_one_read(void **state)
{
    struct fixture *f = *state;
    process(f);
    must(f, "UPDATE position SET cluster = 'another'");
    struct loop *loop = loop_fixture_loop(f);
    wait_unready(f, loop, "wrong_cluster");
    send_all(f, 10, 20);
    assert_int_equal(number_of(f, FACTS), 10);
    reread(f);
    wait_number(f, FACTS, 20);
    wait_ready(f, loop);
    loop_stop(loop);
    assert_false(f->failed); /* it waited, and did not die */
}

/* The older binary moved behind them and kept nothing but the name of their kind. */
static void test_a_kind_that_an_older_binary_skipped_is_read_from_the_beginning(void **state)
{
    struct fixture *f = *state;
    process(f);
    must(f, mem_printf(f, "INSERT INTO skipped_kind VALUES (%d, 'GetOutcome'), (%d, 'InventedLater')",
                       TOPIC_MEETING_COMMANDS, TOPIC_MEETING_COMMANDS));
    must(f, "DELETE FROM fact");
    must(f, "DELETE FROM seen");
    struct loop *loop = loop_fixture_loop(f);
    wait_number(f, FACTS, 10);
    assert_int_equal(number_of(f, "SELECT count(*) FROM skipped_kind WHERE kind = 'InventedLater'"), 1);
    assert_int_equal(number_of(f, "SELECT count(*) FROM skipped_kind"), 1);
    loop_stop(loop);
}

/* The mark of the restore before this one, or of the one before that: it was answered, and says nothing any more. */
static void test_after_each_restore_it_is_asked_anew_whether_all_has_been_read(void **state)
{
    struct fixture *f = *state;
    const struct restoration first = {1, 1000}, again = {1, 2000}, second = {2, 3000};
    struct service *service = mem_new(f, struct service);
    *service = f->service;
    service->producer = f->producer;
    process(f);
    assert_true(service_has_read(service, f->pg, "commands", &first));
    must(f, "UPDATE position SET next = 0, last_append_us = NULL, last_hash = NULL");
    assert_true(service_has_read(service, f->pg, "commands", &first));
    assert_false(service_has_read(service, f->pg, "commands", &again));
    assert_false(service_has_read(service, f->pg, "commands", &second));
    struct loop *loop = loop_fixture_loop(f);
    int64_t until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000);
    while (!service_has_read(service, f->pg, "commands", &second) && clock_monotonic_us() < until_us)
        pause_ms(5);
    assert_true(service_has_read(service, f->pg, "commands", &second));
    loop_stop(loop);
}

#define LOOP_CASE(test) cmocka_unit_test_setup_teardown(test, loop_fixture_start, loop_fixture_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_CASE(test_commands_stand_where_another_record_is_until_they_are_read_again),
        LOOP_CASE(test_commands_stand_where_the_log_ends_one_record_before_the_position),
        LOOP_CASE(test_commands_stand_where_the_log_ends_long_before_the_position),
        LOOP_CASE(test_a_projection_is_read_again_where_its_log_is_another),
        LOOP_CASE(test_a_kind_that_an_older_binary_skipped_is_read_from_the_beginning),
        LOOP_CASE(test_a_database_of_another_kafka_waits_until_an_operator_has_this_one_read),
        LOOP_CASE(test_after_each_restore_it_is_asked_anew_whether_all_has_been_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
