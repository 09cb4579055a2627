/* Due timers and loose rows (common/loop/loop_later.h) against real servers: they go through the outbox, once. */
#include "loop_fixture.h"

#define FACTS "SELECT count(*) FROM fact"
#define LOOSE "SELECT count(*) FROM outbox_loose"
#define TIMERS "SELECT count(*) FROM timer"
#define UNANNOUNCED "SELECT count(*) FROM outbox"

/* Due in the order of their versions. */
static void put_timers(struct fixture *f, const struct uuid *item, int64_t n)
{
    Pb__GetOutcome command = PB__GET_OUTCOME__INIT;
    struct pg_args *timers = loop_store_timer_args(f);
    command.message_id = uuid_to_pb(f, item);
    while (n-- > 0) {
        command.offset = n;
        loop_store_add_timer(timers, command.base.descriptor->short_name, item, 1000 + n, mem_pack(f, &command.base));
    }
    pg_queue(f->pg, timers);
    assert_int_equal(pg_flush(f->pg), ERR_OK);
}

static void put_loose(struct fixture *f, const struct uuid *item, int64_t version)
{
    Pb__GetOutcome record = PB__GET_OUTCOME__INIT;
    Pb__Announcement announcement = PB__ANNOUNCEMENT__INIT;
    record.message_id = uuid_to_pb(f, item);
    record.offset = version;
    Pb__OutboundMessage *message = loop_outbound(f, TOPIC_DIRECTORY_ORGANIZATIONS, item, mem_pack(f, &record.base),
                                                 false);
    announcement.n_messages = 1;
    announcement.messages = &message;
    loop_store_queue_loose(f->pg, f, mem_pack(f, &announcement.base));
    assert_int_equal(pg_flush(f->pg), ERR_OK);
}

static void test_thousands_of_due_timers_fire_at_once_and_in_their_order(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("timers");
    enum { MANY = 8000 };
    put_timers(f, &item, MANY);
    struct loop *loop = loop_fixture_loop(f);
    wait_number(f, FACTS, MANY);
    wait_number(f, TIMERS, 0);
    assert_in_range(number_of(f, "SELECT last_value FROM outbox_id_seq"), 1, MANY / 200); /* rows that they became */
    assert_int_equal(
        number_of(f, "SELECT count(*) FROM (SELECT version, lag(version) OVER (ORDER BY place) AS before FROM fact) f"
                     " WHERE version < before"),
        0);
    loop_stop(loop);
}

/* As after a crash between the two: the first life commits, and Kafka takes nothing from it. */
static void test_what_was_moved_and_not_announced_is_announced_by_the_next_life(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("moved");
    struct kafka_producer *nobody = loop_fixture_mute(f, 2000);
    put_timers(f, &item, 1);
    for (int64_t version = 1; version <= 50; version++)
        put_loose(f, &item, version);
    struct loop *loop = loop_fixture_loop(f);
    wait_number(f, TIMERS, 0);
    wait_number(f, LOOSE, 0);
    assert_int_equal(number_of(f, UNANNOUNCED), 51);
    loop_stop(loop);
    kafka_producer_stop(nobody, 100);
    loop_fixture_clear(loop);
    f->environment.producer = f->producer;
    loop = loop_fixture_loop(f);
    wait_number(f, FACTS, 1);
    wait_number(f, UNANNOUNCED, 0);
    loop_stop(loop);
    char *wanted = mem_text(f, "");
    for (int64_t version = 1; version <= 50; version++)
        wanted = mem_printf(f, "%s%lld ", wanted, (long long)version);
    assert_string_equal(versions_on_topic(f, &item), wanted);
}

static size_t move_all(struct fixture *f, const struct loop_position *own)
{
    struct pg_result *loose = loop_store_queue_move_loose(f->pg, f, "here", own), *fired = NULL;
    const struct pg_result *timers = loop_store_queue_due_timers(f->pg, f, clock_now_us());
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    assert_int_equal(loop_store_move_timers(f->pg, f, "here", own, timers,
                                            (ProtobufCBinaryData){3, (uint8_t *)(uintptr_t) "all"}, &fired),
                     ERR_OK);
    return pg_rows(loose) + pg_rows(fired);
}

static void test_an_owner_of_before_moves_nothing(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("owner");
    struct loop_position own = {.topic = TOPIC_MEETING_COMMANDS, .owner = uuid_random()}, before = own;
    struct loop_position_rows rows;
    before.owner = uuid_random();
    put_timers(f, &item, 2);
    put_loose(f, &item, 1);
    assert_int_equal(loop_store_take_positions(f->pg, f, "here", &own, 1, &rows), ERR_OK);
    assert_int_equal(move_all(f, &before), 0);
    assert_int_equal(number_of(f, TIMERS) + number_of(f, LOOSE), 3);
    assert_int_equal(move_all(f, &own), 2); /* the timers in one row */
    assert_int_equal(number_of(f, TIMERS) + number_of(f, LOOSE), 0);
    assert_int_equal(number_of(f, UNANNOUNCED), 2);
}

static int64_t say(struct fixture *f, const struct uuid *item)
{
    Pb__GetOutcome event = PB__GET_OUTCOME__INIT;
    event.message_id = uuid_to_pb(f, item);
    struct loop_outbox *outbox = loop_outbox_new(f, item, clock_now_us());
    loop_outbox_event(outbox, TOPIC_MEETING_EVENTS, item, &event.base);
    pg_queue_sql(f->pg, "BEGIN");
    loop_outbox_queue(outbox, f->pg);
    pg_queue_sql(f->pg, "COMMIT");
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    return loop_outbox_commit(outbox);
}

static int64_t oldest(struct fixture *f)
{
    int64_t commit = 0;
    assert_int_equal(loop_store_oldest_commit(f->pg, f, &commit), ERR_OK);
    return commit;
}

/* Before it is moved, and while Kafka has not acknowledged it, it is the oldest that is unannounced; then none is. */
static void test_whoever_said_something_finds_when_kafka_has_it(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("said");
    struct kafka_producer *nobody = loop_fixture_mute(f, 2000);
    int64_t commit = say(f, &item);
    assert_int_equal(oldest(f), commit);
    struct loop *loop = loop_fixture_loop(f);
    wait_number(f, LOOSE, 0);
    assert_int_equal(oldest(f), commit);
    loop_stop(loop);
    kafka_producer_stop(nobody, 100);
    loop_fixture_clear(loop);
    f->environment.producer = f->producer;
    loop = loop_fixture_loop(f);
    int64_t until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000);
    for (; oldest(f) <= commit && clock_monotonic_us() < until_us; pause_ms(5))
        loop_hurry(loop);
    assert_int_equal(oldest(f), INT64_MAX);
    loop_stop(loop);
}

#define LOOP_CASE(test) cmocka_unit_test_setup_teardown(test, loop_fixture_start, loop_fixture_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_CASE(test_thousands_of_due_timers_fire_at_once_and_in_their_order),
        LOOP_CASE(test_what_was_moved_and_not_announced_is_announced_by_the_next_life),
        LOOP_CASE(test_an_owner_of_before_moves_nothing),
        LOOP_CASE(test_whoever_said_something_finds_when_kafka_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
