#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/mem.h"
#include "tests/unit/test.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool step_fails(void)
{
    return FAILPOINT_FAILS("test.step");
}

#ifdef SOTAY_FAILPOINTS
static void step(void)
{
    FAILPOINT("test.other");
}

static void test_names_are_known_before_they_are_passed(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const char *names = failpoint_list(ctx);
    assert_non_null(strstr(names, "test.step\n"));
    assert_non_null(strstr(names, "test.other\n"));
    mem_free(ctx);
}

static void test_an_unknown_name_or_action_is_refused(void **state)
{
    (void)state;
    assert_int_equal(failpoint_arm("no.such.step", "fail", 1), ERR_NOT_FOUND);
    assert_int_equal(failpoint_arm("test.step", "explode", 1), ERR_INVALID);
    assert_int_equal(failpoint_arm("test.step", "fail", 0), ERR_INVALID);
    assert_false(step_fails());
}

static void test_it_fails_once_on_the_pass_that_was_named(void **state)
{
    (void)state;
    assert_int_equal(failpoint_arm("test.step", "fail", 3), ERR_OK);
    assert_false(step_fails());
    assert_false(step_fails());
    assert_true(step_fails());
    assert_false(step_fails());
}

static void test_the_list_says_what_is_armed_and_was_not_reached_yet(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    assert_int_equal(failpoint_arm("test.step", "fail", 1), ERR_OK);
    assert_non_null(strstr(failpoint_list(ctx), "test.step armed\n"));
    assert_true(step_fails());
    assert_non_null(strstr(failpoint_list(ctx), "test.step\n"));
    mem_free(ctx);
}

static void test_off_takes_it_back(void **state)
{
    (void)state;
    assert_int_equal(failpoint_arm("test.step", "fail", 1), ERR_OK);
    assert_int_equal(failpoint_arm("test.step", "off", 0), ERR_OK);
    assert_false(step_fails());
}

static void test_kill_ends_the_process_as_kill_9_does(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        if (failpoint_arm("test.other", "kill", 1) == ERR_OK)
            step();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static atomic_int entered, left;

static void *pass(void *arg)
{
    atomic_fetch_add(&entered, 1);
    step();
    atomic_fetch_add(&left, 1);
    return arg;
}

static void test_hang_holds_a_thread_until_it_is_switched_off(void **state)
{
    (void)state;
    pthread_t thread;
    assert_int_equal(failpoint_arm("test.other", "hang", 1), ERR_OK);
    assert_int_equal(pthread_create(&thread, NULL, pass, NULL), 0);
    while (atomic_load(&entered) == 0)
        pause_ms(1);
    assert_int_equal(atomic_load(&left), 0);
    assert_int_equal(failpoint_arm("test.other", "off", 1), ERR_OK);
    pthread_join(thread, NULL);
    assert_int_equal(atomic_load(&left), 1);
}
#else
static void test_other_builds_pass_always(void **state)
{
    (void)state;
    assert_false(step_fails());
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifdef SOTAY_FAILPOINTS
        cmocka_unit_test(test_names_are_known_before_they_are_passed),
        cmocka_unit_test(test_an_unknown_name_or_action_is_refused),
        cmocka_unit_test(test_it_fails_once_on_the_pass_that_was_named),
        cmocka_unit_test(test_the_list_says_what_is_armed_and_was_not_reached_yet),
        cmocka_unit_test(test_off_takes_it_back),
        cmocka_unit_test(test_kill_ends_the_process_as_kill_9_does),
        cmocka_unit_test(test_hang_holds_a_thread_until_it_is_switched_off),
#else
        cmocka_unit_test(test_other_builds_pass_always),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
