/* Several loops of one consumer group: who has the partitions, and who takes over. */
#include "loop_fixture.h"

static size_t partitions_of(const struct loop *loop)
{
    return __atomic_load_n(&loop->positions.n, __ATOMIC_RELAXED);
}

static void wait_partitions(const struct loop *loop, size_t more_than)
{
    int64_t until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000);
    while (partitions_of(loop) <= more_than && clock_monotonic_us() < until_us)
        pause_ms(5);
    assert_true(partitions_of(loop) > more_than);
}

static void test_a_loop_that_stops_leaves_its_partitions_to_another_at_once(void **state)
{
    struct fixture *f = *state;
    struct loop_environment second = f->environment;
    second.instance = "2";
    struct loop *other = loop_fixture_loop_in(f, &second);
    wait_partitions(other, 0);
    size_t all = partitions_of(other);
    struct loop *loop = loop_fixture_loop(f);
    wait_partitions(loop, 0);
    loop_stop(loop);
    int64_t stopped_us = clock_monotonic_us();
    wait_partitions(other, all - 1);
    assert_true(clock_monotonic_us() - stopped_us < 4 * CLOCK_SECOND_US); /* a session is 8 s */
    loop_stop(other);
}

static bool is_standby_or_works(struct loop *loop)
{
    pthread_mutex_lock(&loop->waits.lock);
    bool waits = loop->waits.each[LOOP_WAIT_QUEUE].since_us != 0;
    pthread_mutex_unlock(&loop->waits.lock);
    return !waits && atomic_load(&loop->ready);
}

static void wait_standby_or_working(struct loop *loop)
{
    int64_t until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000);
    while (!is_standby_or_works(loop) && clock_monotonic_us() < until_us)
        pause_ms(5);
    assert_true(is_standby_or_works(loop));
}

/* Of one partition one member of the group has nothing, and takes over where the other stops. */
static void test_a_loop_without_partitions_is_ready_as_standby(void **state)
{
    struct fixture *f = *state;
    struct loop_environment second = f->environment;
    second.instance = "2";
    kafka_topic_prefix(mem_printf(f, "%sone.", f->name));
    assert_int_equal(kafka_topics_make(f->environment.brokers, 1, 20000), ERR_OK);
    struct loop *loops[] = {loop_fixture_loop(f), loop_fixture_loop_in(f, &second)};
    wait_standby_or_working(loops[0]);
    wait_standby_or_working(loops[1]);
    size_t working = partitions_of(loops[0]) > 0 ? 0 : 1;
    loop_stop(loops[working]);
    wait_partitions(loops[1 - working], 0);
    wait_standby_or_working(loops[1 - working]);
    loop_stop(loops[1 - working]);
}

#define LOOP_CASE(test) cmocka_unit_test_setup_teardown(test, loop_fixture_start, loop_fixture_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_CASE(test_a_loop_that_stops_leaves_its_partitions_to_another_at_once),
        LOOP_CASE(test_a_loop_without_partitions_is_ready_as_standby),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
