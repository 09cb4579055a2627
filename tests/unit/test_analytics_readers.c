/* services/analytics/reading/reader_memory: counts of readers that take long. */
#include "test.h"

#include "common/base/clock.h"
#include "services/analytics/reading/reader_memory.h"

#define S CLOCK_SECOND_US

static enum reader_turn ask(uint8_t key, int64_t now_us, int64_t *ret_audience)
{
    const struct uuid id = {{key}};
    struct reader_counts counts = {0};
    enum reader_turn turn = reader_memory_ask(&id, now_us, &counts);
    if (turn == READER_KNOWN)
        *ret_audience = counts.audience;
    return turn;
}

static void tell(uint8_t key, int64_t audience, int64_t began_us, int64_t ended_us)
{
    const struct uuid id = {{key}};
    const struct reader_counts counts = {.audience = audience};
    reader_memory_tell(&id, audience ? &counts : NULL, began_us, ended_us);
}

static void test_one_is_counted_at_a_time_and_kept_as_long_as_it_was_dear(void **state)
{
    (void)state;
    int64_t audience = 0;
    assert_int_equal(ask(1, 100 * S, &audience), READER_COUNTS);
    assert_int_equal(ask(1, 101 * S, &audience), READER_WAITS);
    assert_int_equal(ask(2, 101 * S, &audience), READER_WAITS);
    tell(1, 475000, 100 * S, 102 * S);
    assert_int_equal(ask(1, 102 * S, &audience), READER_KNOWN);
    assert_int_equal(audience, 475000);
    assert_int_equal(ask(2, 102 * S, &audience), READER_COUNTS);
    assert_int_equal(ask(1, 141 * S, &audience), READER_KNOWN); /* while another is counted, too */
    tell(2, 9, 102 * S, 112 * S);
    assert_int_equal(ask(1, 142 * S, &audience), READER_COUNTS); /* two seconds, twenty times */
    tell(1, 475001, 142 * S, 144 * S);
    assert_int_equal(ask(1, 144 * S, &audience), READER_KNOWN);
    assert_int_equal(audience, 475001);
    assert_int_equal(ask(2, 171 * S, &audience), READER_KNOWN);
    assert_int_equal(ask(2, 172 * S, &audience), READER_COUNTS); /* ten seconds: a minute and no longer */
    tell(2, 0, 172 * S, 173 * S);                                /* nothing came of it */
    assert_int_equal(ask(2, 173 * S, &audience), READER_COUNTS);
    tell(2, 0, 173 * S, 173 * S);
}

static void test_of_more_than_there_is_room_for_the_first_to_end_is_forgotten(void **state)
{
    (void)state;
    int64_t audience = 0;
    for (uint8_t key = 100; key <= 100 + READER_MEMORY_ENTRIES; key++) {
        assert_int_equal(ask(key, 1000 * S + key, &audience), READER_COUNTS);
        tell(key, key, 1000 * S + key, 1001 * S + key);
    }
    assert_int_equal(ask(100 + READER_MEMORY_ENTRIES, 1002 * S, &audience), READER_KNOWN);
    assert_int_equal(audience, 100 + READER_MEMORY_ENTRIES);
    assert_int_equal(ask(101, 1002 * S, &audience), READER_KNOWN);
    assert_int_equal(ask(100, 1002 * S, &audience), READER_COUNTS);
    tell(100, 0, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_is_counted_at_a_time_and_kept_as_long_as_it_was_dear),
        cmocka_unit_test(test_of_more_than_there_is_room_for_the_first_to_end_is_forgotten),
    };
    return cmocka_run_group_tests_name("analytics readers", tests, NULL, NULL);
}
