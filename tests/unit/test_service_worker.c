/* common/service/service_worker.h: threads that take up work by themselves. No database is asked. */
#include "test.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/service/service_internal.h"
#include "common/service/service_worker.h"

enum { JOBS = 3, WAITS_MS = 10, WAITS_MOST = 1000, PROMPT_US = 1000000 };

static struct service service = {
    .config = {.postgres = "", .postgres_password = "", .clock_file = "", .statement_ms = 1000}};
static atomic_int left, turns, broken;

static enum err take_one(struct service_worker *worker, struct pg *pg, TALLOC_CTX *ctx, bool *ret_found)
{
    if (!pg || !ctx || *ret_found || worker->service != &service)
        atomic_fetch_add(&broken, 1);
    *ret_found = atomic_load(&left) > 0;
    if (*ret_found)
        atomic_fetch_sub(&left, 1);
    atomic_fetch_add(&turns, 1);
    return ERR_OK;
}

static enum err fail_always(struct service_worker *worker, struct pg *pg, TALLOC_CTX *ctx, bool *ret_found)
{
    (void)worker;
    (void)pg;
    (void)ctx;
    (void)ret_found;
    atomic_fetch_add(&turns, 1);
    return ERR_UNAVAILABLE;
}

static enum err wait_for_the_end(struct service_worker *worker, struct pg *pg, TALLOC_CTX *ctx, bool *ret_found)
{
    (void)pg;
    (void)ctx;
    atomic_fetch_add(&turns, 1);
    while (!service_worker_stops(worker))
        pause_ms(WAITS_MS);
    *ret_found = true;
    return ERR_OK;
}

static void await_turns(int n)
{
    for (int i = 0; i < WAITS_MOST && atomic_load(&turns) < n; i++)
        pause_ms(WAITS_MS);
    assert_true(atomic_load(&turns) >= n);
}

static int begin(void **state)
{
    (void)state;
    atomic_store(&left, 0);
    atomic_store(&turns, 0);
    return 0;
}

static void test_what_waits_is_taken_one_after_the_other(void **state)
{
    (void)state;
    static struct service_worker workers[] = {{.name = "one", .turn = take_one}};
    int64_t begun_at_us = clock_monotonic_us();
    atomic_store(&left, JOBS);
    assert_int_equal(service_workers_start(&service, workers, ARRAY_LENGTH(workers)), ERR_OK);
    await_turns(JOBS + 1); /* and once more, which finds none */
    service_workers_stop(workers, ARRAY_LENGTH(workers));
    assert_int_equal(atomic_load(&left), 0);
    assert_int_equal(atomic_load(&broken), 0);
    assert_true(clock_monotonic_us() - begun_at_us < PROMPT_US); /* it rested between none of them */
}

static void test_a_rest_ends_when_it_is_to_stop(void **state)
{
    (void)state;
    static struct service_worker workers[] = {{.name = "one", .turn = fail_always},
                                              {.name = "other", .turn = take_one}};
    assert_int_equal(service_workers_start(&service, workers, ARRAY_LENGTH(workers)), ERR_OK);
    await_turns(2);
    int64_t stopped_at_us = clock_monotonic_us();
    service_workers_stop(workers, ARRAY_LENGTH(workers));
    assert_true(clock_monotonic_us() - stopped_at_us < PROMPT_US);
}

static void test_a_turn_under_way_hears_that_it_is_to_stop(void **state)
{
    (void)state;
    static struct service_worker workers[] = {{.name = "one", .turn = wait_for_the_end}};
    struct uuid holder = {{0}};
    for (int i = 1; i <= 2; i++) { /* it may be started again, as another holder */
        assert_int_equal(service_workers_start(&service, workers, ARRAY_LENGTH(workers)), ERR_OK);
        assert_false(uuid_equal(&workers[0].holder, &holder));
        holder = workers[0].holder;
        await_turns(i);
        service_workers_stop(workers, ARRAY_LENGTH(workers));
        assert_int_equal(atomic_load(&turns), i);
        assert_false(workers[0].runs);
    }
    service_workers_stop(workers, ARRAY_LENGTH(workers)); /* none runs */
}

#define CASE(test) cmocka_unit_test_setup(test, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_what_waits_is_taken_one_after_the_other),
        CASE(test_a_rest_ends_when_it_is_to_stop),
        CASE(test_a_turn_under_way_hears_that_it_is_to_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
