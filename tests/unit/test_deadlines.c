/* common/base/deadlines.h, against a list that is searched whole. */
#include "test.h"

#include "common/base/array.h"
#include "common/base/deadlines.h"

enum { TICK_US = 10000, HORIZON_US = 500000, START_US = 1234567 };

struct fixture {
    TALLOC_CTX *ctx;
    struct deadlines *deadlines;
};

static int set_up(void **state)
{
    struct fixture *f = mem_new(NULL, struct fixture);
    f->ctx = f;
    f->deadlines = deadlines_new(f, TICK_US, HORIZON_US, START_US);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    mem_free(*state);
    return 0;
}

static void add(struct fixture *f, struct deadline *deadline, int64_t due_us)
{
    deadlines_add(f->deadlines, deadline, due_us, deadline);
}

static void test_a_deadline_is_taken_when_its_time_has_come_and_not_before(void **state)
{
    struct fixture *f = *state;
    struct deadline one = {0};
    add(f, &one, START_US + 25000);
    assert_null(deadlines_take(f->deadlines, START_US + 24999));
    assert_true(deadline_waits(&one));
    assert_ptr_equal(deadlines_take(f->deadlines, START_US + 25000), &one);
    assert_false(deadline_waits(&one));
    assert_null(deadlines_take(f->deadlines, START_US + HORIZON_US));
}

static void test_a_deadline_in_the_past_is_taken_at_once(void **state)
{
    struct fixture *f = *state;
    struct deadline one = {0}, two = {0};
    add(f, &one, START_US - 1000000);
    assert_ptr_equal(deadlines_take(f->deadlines, START_US), &one);
    add(f, &two, START_US - 1);
    assert_ptr_equal(deadlines_take(f->deadlines, START_US), &two);
}

static void test_a_removed_deadline_is_not_taken(void **state)
{
    struct fixture *f = *state;
    struct deadline kept = {0}, removed = {0};
    add(f, &removed, START_US + 1000);
    add(f, &kept, START_US + 1000);
    deadlines_remove(&removed);
    deadlines_remove(&removed);
    assert_ptr_equal(deadlines_take(f->deadlines, START_US + 1000), &kept);
    assert_null(deadlines_take(f->deadlines, INT64_MAX));
    add(f, &removed, START_US + 2000);
    assert_ptr_equal(deadlines_take(f->deadlines, INT64_MAX), &removed);
}

static void test_a_deadline_beyond_the_horizon_waits_its_turns(void **state)
{
    struct fixture *f = *state;
    struct deadline far = {0};
    int64_t due_us = START_US + 7 * HORIZON_US + 3;
    add(f, &far, due_us);
    for (int64_t now_us = START_US; now_us < due_us; now_us += TICK_US)
        assert_null(deadlines_take(f->deadlines, now_us));
    assert_ptr_equal(deadlines_take(f->deadlines, due_us), &far);
}

static void test_the_end_of_time_takes_all_also_what_is_added_afterwards(void **state)
{
    struct fixture *f = *state;
    struct deadline near = {0}, far = {0}, late = {0};
    add(f, &near, START_US + 1);
    add(f, &far, START_US + 100 * (int64_t)HORIZON_US);
    assert_non_null(deadlines_take(f->deadlines, INT64_MAX));
    assert_non_null(deadlines_take(f->deadlines, INT64_MAX));
    assert_null(deadlines_take(f->deadlines, INT64_MAX));
    add(f, &late, START_US + 50);
    assert_ptr_equal(deadlines_take(f->deadlines, INT64_MAX), &late);
}

/* A small generator of its own: the same numbers on every run. */
static uint32_t next_number(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static bool any_due(const struct deadline waiting[], size_t n, int64_t now_us)
{
    for (size_t i = 0; i < n; i++)
        if (deadline_waits(&waiting[i]) && waiting[i].due_us <= now_us)
            return true;
    return false;
}

static void test_many_deadlines_are_taken_as_a_search_of_all_would_find_them(void **state)
{
    enum { MANY = 300, STEPS = 20000 };
    struct fixture *f = *state;
    struct deadline *waiting = mem_array(f->ctx, struct deadline, MANY);
    uint32_t seed = 7;
    int64_t now_us = START_US;
    for (int step = 0; step < STEPS; step++) {
        struct deadline *one = &waiting[next_number(&seed) % MANY];
        if (deadline_waits(one))
            deadlines_remove(one);
        else
            add(f, one, now_us + next_number(&seed) % (3 * HORIZON_US) - 2 * TICK_US);
        now_us += next_number(&seed) % (step % 100 == 0 ? 2 * HORIZON_US : TICK_US);
        for (struct deadline *due; (due = deadlines_take(f->deadlines, now_us)) != NULL;)
            assert_true(due->due_us <= now_us);
        assert_false(any_due(waiting, MANY, now_us));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_deadline_is_taken_when_its_time_has_come_and_not_before, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_deadline_in_the_past_is_taken_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_removed_deadline_is_not_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_deadline_beyond_the_horizon_waits_its_turns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_end_of_time_takes_all_also_what_is_added_afterwards, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_many_deadlines_are_taken_as_a_search_of_all_would_find_them, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
