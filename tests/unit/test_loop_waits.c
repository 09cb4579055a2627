/* common/loop/loop_waits.h: what an operator reads of a loop that cannot go on, and from when on. */
#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "common/loop/loop_waits.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

static struct loop_waits waits;

static int init(void **state)
{
    loop_waits_init(&waits);
    *state = mem_context(NULL, "test");
    return 0;
}

static int done(void **state)
{
    loop_waits_done(&waits);
    mem_free(*state);
    return 0;
}

/* So many seconds from now. */
static char *after(void *ctx, int64_t seconds)
{
    return loop_waits_text(&waits, ctx, clock_monotonic_us() + seconds * CLOCK_SECOND_US);
}

static int64_t metric_of(void *ctx, const char *reason)
{
    const char *line = strstr(metrics_print(ctx), mem_printf(ctx, "sotay_loop_waits{reason=\"%s\"} ", reason));
    assert_non_null(line);
    return strtoll(strchr(line, '}') + 2, NULL, 10);
}

static void test_what_is_tried_again_makes_a_loop_unready_after_ten_seconds(void **state)
{
    loop_waits_for(&waits, LOOP_WAIT_BATCH, "batch: %s", "a lock");
    assert_null(after(*state, 9));
    assert_string_equal(after(*state, 12), "12 s: batch: a lock");
}

static void test_an_unknown_kind_makes_it_unready_at_once(void **state)
{
    loop_waits_for(&waits, LOOP_WAIT_KIND, "kind %d", 7);
    assert_string_equal(after(*state, 0), "0 s: kind 7");
}

static void test_the_time_is_the_first_ones_and_the_text_the_last_ones(void **state)
{
    loop_waits_begin(&waits, LOOP_WAIT_BATCH);
    int64_t began_us = waits.each[LOOP_WAIT_BATCH].since_us;
    assert_string_equal(after(*state, 10), "10 s: under way");
    loop_waits_for(&waits, LOOP_WAIT_BATCH, "first");
    loop_waits_for(&waits, LOOP_WAIT_BATCH, "second");
    assert_int_equal(waits.each[LOOP_WAIT_BATCH].since_us, began_us);
    assert_string_equal(after(*state, 10), "10 s: second");
}

static void test_the_end_of_one_reason_does_not_hide_another(void **state)
{
    loop_waits_for(&waits, LOOP_WAIT_QUEUE, "Kafka");
    loop_waits_for(&waits, LOOP_WAIT_BATCH, "a lock");
    assert_string_equal(after(*state, 11), "11 s: Kafka; 11 s: a lock");
    loop_waits_end(&waits, LOOP_WAIT_BATCH);
    loop_waits_end(&waits, LOOP_WAIT_BATCH); /* it does not wait: nothing happens */
    assert_string_equal(after(*state, 11), "11 s: Kafka");
    loop_waits_end(&waits, LOOP_WAIT_QUEUE);
    assert_null(after(*state, 11));
}

static void test_a_text_is_one_line_and_cut_to_its_room(void **state)
{
    char *lines = mem_zalloc_array(*state, 1, 1000, "lines");
    memset(lines, '\n', 999);
    loop_waits_for(&waits, LOOP_WAIT_KIND, "%s", lines);
    const char *text = after(*state, 0);
    assert_null(strchr(text, '\n'));
    assert_int_equal(strlen(text), strlen("0 s: ") + LOOP_WAIT_TEXT_BYTES - 1);
}

static void test_the_metric_counts_the_loops_that_wait(void **state)
{
    struct loop_waits other;
    loop_waits_init(&other);
    loop_waits_begin(&waits, LOOP_WAIT_BATCH);
    assert_int_equal(metric_of(*state, "batch"), 0);
    loop_waits_for(&waits, LOOP_WAIT_BATCH, "a lock");
    loop_waits_for(&waits, LOOP_WAIT_BATCH, "a lock still");
    loop_waits_for(&other, LOOP_WAIT_BATCH, "a lock");
    assert_int_equal(metric_of(*state, "batch"), 2);
    loop_waits_end(&waits, LOOP_WAIT_BATCH);
    loop_waits_done(&other); /* a loop that stops */
    assert_int_equal(metric_of(*state, "batch"), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, init, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_what_is_tried_again_makes_a_loop_unready_after_ten_seconds),
        CASE(test_an_unknown_kind_makes_it_unready_at_once),
        CASE(test_the_time_is_the_first_ones_and_the_text_the_last_ones),
        CASE(test_the_end_of_one_reason_does_not_hide_another),
        CASE(test_a_text_is_one_line_and_cut_to_its_room),
        CASE(test_the_metric_counts_the_loops_that_wait),
    };
    loop_waits_register_metrics();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
