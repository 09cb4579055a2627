#include "common/base/mem.h"
#include "common/base/workers.h"
#include "tests/unit/test.h"
#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 3, JOBS = 1000 };

static atomic_int opened, closed, done, broken;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

struct own {
    atomic_int busy;
};

static void *open_state(void *arg)
{
    assert_ptr_equal(arg, &opened);
    atomic_fetch_add(&opened, 1);
    return mem_new(NULL, struct own);
}

static void close_state(void *state)
{
    atomic_fetch_add(&closed, 1);
    mem_free(state);
}

static void work(void *state, void *arg)
{
    struct own *own = state;
    if (atomic_exchange(&own->busy, 1))
        atomic_fetch_add(&broken, 1);
    atomic_fetch_add(&done, arg == &done);
    atomic_store(&own->busy, 0);
}

static void wait_at_gate(void *state, void *arg)
{
    (void)state;
    atomic_fetch_add((atomic_int *)arg, 1);
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
}

static void test_every_job_runs_once_with_its_threads_own_state(void **state)
{
    (void)state;
    struct workers *workers;
    atomic_store(&done, 0);
    assert_int_equal(workers_start(NULL, "test", THREADS, JOBS, open_state, close_state, &opened, &workers), ERR_OK);
    for (int i = 0; i < JOBS; i++)
        assert_int_equal(workers_run(workers, work, &done), ERR_OK);
    workers_stop(workers); /* what is queued is done first */
    assert_int_equal(atomic_load(&done), JOBS);
    assert_int_equal(atomic_load(&broken), 0);
    assert_int_equal(atomic_load(&opened), THREADS);
    assert_int_equal(atomic_load(&closed), THREADS);
}

static void test_a_full_queue_sheds(void **state)
{
    (void)state;
    struct workers *workers;
    atomic_int waiting = 0;
    atomic_store(&done, 0);
    pthread_mutex_lock(&gate);
    assert_int_equal(workers_start(NULL, "a name longer than the kernel takes", 1, 2, NULL, NULL, NULL, &workers),
                     ERR_OK);
    assert_int_equal(workers_run(workers, wait_at_gate, &waiting), ERR_OK);
    while (atomic_load(&waiting) == 0)
        sched_yield();
    struct own own = {0};
    assert_int_equal(workers_run(workers, wait_at_gate, &waiting), ERR_OK);
    assert_int_equal(workers_run(workers, wait_at_gate, &waiting), ERR_OK);
    assert_int_equal(workers_run(workers, wait_at_gate, &own), ERR_OVERLOADED);
    pthread_mutex_unlock(&gate);
    workers_stop(workers);
    assert_int_equal(atomic_load(&waiting), 3);
}

/* A password is hashed for as long as the gate is shut. */
static void test_slow_jobs_never_take_the_last_thread(void **state)
{
    (void)state;
    struct workers *workers;
    atomic_int slow = 0;
    atomic_store(&done, 0);
    pthread_mutex_lock(&gate);
    assert_int_equal(workers_start(NULL, "test", THREADS, JOBS, open_state, close_state, &opened, &workers), ERR_OK);
    for (int i = 0; i < THREADS - 1; i++)
        assert_int_equal(workers_run_slow(workers, wait_at_gate, &slow), ERR_OK);
    while (atomic_load(&slow) < THREADS - 1)
        sched_yield();
    for (int i = 0; i < JOBS / 8; i++)
        assert_int_equal(workers_run_slow(workers, wait_at_gate, &slow), ERR_OK);
    assert_int_equal(workers_run_slow(workers, wait_at_gate, &slow), ERR_OVERLOADED);
    for (int i = 0; i < JOBS / 2; i++)
        assert_int_equal(workers_run(workers, work, &done), ERR_OK);
    while (atomic_load(&done) < JOBS / 2)
        sched_yield();
    assert_int_equal(atomic_load(&slow), THREADS - 1);
    pthread_mutex_unlock(&gate);
    workers_stop(workers); /* slow ones that wait are done, too */
    assert_int_equal(atomic_load(&slow), THREADS - 1 + JOBS / 8);
}

static void hand_over(void *state, void *arg)
{
    (void)state;
    struct workers *workers = *(struct workers **)arg;
    assert_int_equal(workers_run_slow(workers, work, &done), ERR_OK);
    atomic_fetch_add(&closed, 1);
}

static void test_the_only_thread_does_slow_jobs_too(void **state)
{
    (void)state;
    struct workers *workers;
    atomic_store(&done, 0);
    atomic_store(&closed, 0);
    assert_int_equal(workers_start(NULL, "test", 1, JOBS, open_state, close_state, &opened, &workers), ERR_OK);
    assert_int_equal(workers_run(workers, hand_over, &workers), ERR_OK);
    while (atomic_load(&done) < 1)
        sched_yield();
    workers_stop(workers);
    assert_int_equal(atomic_load(&closed), 2); /* handed over, and its thread has ended */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_job_runs_once_with_its_threads_own_state),
        cmocka_unit_test(test_a_full_queue_sheds),
        cmocka_unit_test(test_slow_jobs_never_take_the_last_thread),
        cmocka_unit_test(test_the_only_thread_does_slow_jobs_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
