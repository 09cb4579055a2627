#include "common/base/clock.h"
#include "tests/unit/test.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MONTH(year, month) ((year)*12 + (month)-1)

/* 2026-11-23 00:00 in UTC */
#define NOVEMBER_23_US (INT64_C(20780) * CLOCK_DAY_US)

static void test_dates_join_and_split_to_themselves_over_four_centuries(void **state)
{
    (void)state;
    for (int32_t date = -100 * 366; date < 300 * 366; date++) {
        int year, month, day;
        clock_date_split(date, &year, &month, &day);
        assert_in_range(month, 1, 12);
        assert_int_equal(clock_date_join(year, month, day), date);
    }
}

static void test_known_dates_have_their_numbers(void **state)
{
    (void)state;
    assert_int_equal(clock_date_join(1970, 1, 1), 0);
    assert_int_equal(clock_date_join(1969, 12, 31), -1);
    assert_int_equal(clock_date_join(2000, 2, 29), 11016);
    assert_int_equal(clock_date_join(2026, 11, 23), 20780);
}

static void test_a_day_starts_at_seventeen_hours_utc_of_the_day_before(void **state)
{
    (void)state;
    assert_int_equal(clock_local_date(NOVEMBER_23_US + 17 * CLOCK_HOUR_US - 1), 20780);
    assert_int_equal(clock_local_date(NOVEMBER_23_US + 17 * CLOCK_HOUR_US), 20781);
    assert_true(clock_date_start_us(20781) == NOVEMBER_23_US + 17 * CLOCK_HOUR_US);
    assert_int_equal(clock_local_date(-8 * CLOCK_HOUR_US), -1);
}

static void test_a_month_starts_at_local_midnight_of_its_first_day(void **state)
{
    (void)state;
    int64_t start_us = clock_month_start_us(MONTH(2026, 12));
    assert_int_equal(clock_local_month(start_us), MONTH(2026, 12));
    assert_int_equal(clock_local_month(start_us - 1), MONTH(2026, 11));
    assert_true(clock_month_start_us(MONTH(2027, 1)) - start_us == 31 * CLOCK_DAY_US);
}

static void test_a_day_that_a_month_does_not_have_becomes_its_last(void **state)
{
    (void)state;
    assert_int_equal(clock_month_date(MONTH(2026, 2), 30), clock_date_join(2026, 2, 28));
    assert_int_equal(clock_month_date(MONTH(2028, 2), 31), clock_date_join(2028, 2, 29));
    assert_int_equal(clock_month_date(MONTH(2100, 2), 31), clock_date_join(2100, 2, 28));
    assert_int_equal(clock_month_date(MONTH(2026, 11), 20), clock_date_join(2026, 11, 20));
}

static void test_the_monotonic_clock_never_goes_back(void **state)
{
    (void)state;
    int64_t before_us = clock_monotonic_us();
    assert_true(clock_monotonic_us() >= before_us);
    assert_true(clock_now_us() > NOVEMBER_23_US - 366 * CLOCK_DAY_US);
}

#ifdef SOTAY_DEMO
static void write_offset(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* The file is looked at once a second. */
static void assert_offset_becomes(const char *path, int64_t expected_us)
{
    int64_t deadline_us = clock_monotonic_us() + 5 * CLOCK_SECOND_US;
    while (clock_offset_us(path) != expected_us && clock_monotonic_us() < deadline_us)
        poll(NULL, 0, 10);
    assert_true(clock_offset_us(path) == expected_us);
}

static void test_the_offset_follows_its_file(void **state)
{
    (void)state;
    char path[] = "/tmp/sotay-clock-XXXXXX";
    close(mkstemp(path));
    write_offset(path, "3456000\n");
    assert_offset_becomes(path, 40 * CLOCK_DAY_US);
    write_offset(path, "-60");
    assert_offset_becomes(path, -CLOCK_MINUTE_US);
    unlink(path);
    assert_offset_becomes(path, 0);
    assert_int_equal(clock_offset_us(NULL), 0);
}
#else
static void test_release_builds_have_no_offset(void **state)
{
    (void)state;
    assert_int_equal(clock_offset_us("/dev/null"), 0);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates_join_and_split_to_themselves_over_four_centuries),
        cmocka_unit_test(test_known_dates_have_their_numbers),
        cmocka_unit_test(test_a_day_starts_at_seventeen_hours_utc_of_the_day_before),
        cmocka_unit_test(test_a_month_starts_at_local_midnight_of_its_first_day),
        cmocka_unit_test(test_a_day_that_a_month_does_not_have_becomes_its_last),
        cmocka_unit_test(test_the_monotonic_clock_never_goes_back),
#ifdef SOTAY_DEMO
        cmocka_unit_test(test_the_offset_follows_its_file),
#else
        cmocka_unit_test(test_release_builds_have_no_offset),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
