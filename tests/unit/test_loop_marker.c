/* common/loop/loop_marker.h: what the next life is told of how the last one ended. */
#include "common/base/mem.h"
#include "common/loop/loop_marker.h"
#include "test.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct loop_offset FIRST = {.cluster = "a", .topic = 5, .partition = 3, .offset = 1000, .place = 2};
static const struct loop_offset SECOND = {.cluster = "a", .topic = 5, .partition = 3, .offset = 1001, .place = 0};
static char path[64];

static int new_file(void **state)
{
    snprintf(path, sizeof path, "/tmp/marker.%d", (int)getpid());
    *state = mem_context(NULL, "test");
    return unlink(path) != 0 && access(path, F_OK) == 0;
}

static int done(void **state)
{
    mem_free(*state);
    return unlink(path);
}

/* A life that ends by the signal (0: as it should) while n messages run, in the handler of one of them, if of any. */
static void live(const struct loop_offset *first, size_t n, const struct loop_offset *handler, int number)
{
    int status;
    struct loop_marker marker;
    pid_t child = fork();
    if (child == 0) {
        loop_marker_open(NULL, path, &marker);
        loop_marker_clear();
        loop_marker_begin(first, n);
        loop_marker_handler(handler);
        if (number != 0)
            (void)raise(number);
        loop_marker_clear();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WIFSIGNALED(status) ? WTERMSIG(status) : 0, number);
}

static void assert_left(void *ctx, enum loop_death death, const struct loop_offset *at, bool is_message)
{
    struct loop_marker marker;
    loop_marker_open(ctx, path, &marker);
    assert_int_equal(marker.death, death);
    if (death == LOOP_NO_DEATH)
        return;
    assert_string_equal(marker.at.cluster, at->cluster);
    assert_int_equal(marker.at.topic, at->topic);
    assert_int_equal(marker.at.partition, at->partition);
    assert_int_equal(marker.at.offset, at->offset);
    assert_int_equal(marker.at.place, at->place);
    assert_int_equal(marker.is_message, is_message);
}

static int kills(void *ctx)
{
    struct loop_marker marker;
    loop_marker_open(ctx, path, &marker);
    return marker.kills;
}

static bool isolates(void *ctx)
{
    struct loop_marker marker;
    loop_marker_open(ctx, path, &marker);
    return marker.isolates;
}

static void test_a_life_that_ends_as_it_should_leaves_nothing(void **state)
{
    assert_left(*state, LOOP_NO_DEATH, NULL, false);
    live(&FIRST, 1, &FIRST, 0);
    assert_left(*state, LOOP_NO_DEATH, NULL, false);
}

static void test_a_fault_is_put_down_to_the_message_whose_handler_runs(void **state)
{
    live(&FIRST, 8, &SECOND, SIGABRT);
    assert_left(*state, LOOP_FAULTED, &SECOND, true);
}

static void test_a_fault_beside_the_handlers_is_put_down_to_all_or_to_the_only_one(void **state)
{
    live(&FIRST, 8, NULL, SIGFPE);
    assert_left(*state, LOOP_FAULTED, &FIRST, false);
    live(&FIRST, 1, NULL, SIGBUS);
    assert_left(*state, LOOP_FAULTED, &FIRST, true);
}

static void test_a_death_is_told_until_it_is_cleared(void **state)
{
    live(&FIRST, 1, &FIRST, SIGKILL);
    assert_left(*state, LOOP_KILLED, &FIRST, true);
    assert_left(*state, LOOP_KILLED, &FIRST, true);
    assert_int_equal(kills(*state), 1); /* however often it is told */
    loop_marker_clear();
    assert_left(*state, LOOP_NO_DEATH, NULL, false);
}

static void test_kills_count_in_a_row_where_the_same_message_is_alone(void **state)
{
    live(&FIRST, 1, &FIRST, SIGKILL);
    live(&FIRST, 1, &FIRST, SIGKILL);
    assert_int_equal(kills(*state), 2);
    live(&SECOND, 1, NULL, SIGKILL);
    assert_int_equal(kills(*state), 1);
    live(&SECOND, 8, NULL, SIGKILL);
    assert_int_equal(kills(*state), 0);
    live(&SECOND, 1, NULL, SIGKILL);
    live(&SECOND, 1, NULL, 0);
    assert_int_equal(kills(*state), 0);
    live(&SECOND, 1, NULL, SIGKILL);
    assert_int_equal(kills(*state), 1);
}

/* One kill among many is an accident; who was alone stays so, or others would stand before it in the next life. */
static void test_messages_run_alone_after_a_second_kill_at_the_same_place_or_a_kill_of_one_alone(void **state)
{
    live(&FIRST, 8, &SECOND, SIGKILL);
    assert_false(isolates(*state));
    live(&FIRST, 8, &SECOND, SIGKILL);
    assert_true(isolates(*state));
    live(&SECOND, 1, &SECOND, SIGKILL);
    assert_true(isolates(*state));
    live(&FIRST, 8, NULL, SIGKILL);
    assert_false(isolates(*state));
}

static void *handle_for_ever(void *arg)
{
    struct loop_marker marker;
    loop_marker_open(NULL, path, &marker);
    loop_marker_begin(&FIRST, 1);
    (void)sem_post(arg);
    for (;;)
        (void)pause();
    return NULL;
}

static void test_a_fault_of_another_thread_is_not_put_down_to_the_message(void **state)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        pthread_t thread;
        sem_t begun;
        (void)sem_init(&begun, 0, 0);
        (void)pthread_create(&thread, NULL, handle_for_ever, &begun);
        (void)sem_wait(&begun);
        (void)raise(SIGABRT);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_left(*state, LOOP_NO_DEATH, NULL, false);
}

static void test_a_file_that_is_no_marker_of_ours_is_none(void **state)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs("5 3 1000 0 a\n, as older binaries wrote it", file) > 0);
    assert_int_equal(fclose(file), 0);
    assert_left(*state, LOOP_NO_DEATH, NULL, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_life_that_ends_as_it_should_leaves_nothing, new_file, done),
        cmocka_unit_test_setup_teardown(test_a_fault_is_put_down_to_the_message_whose_handler_runs, new_file, done),
        cmocka_unit_test_setup_teardown(test_a_fault_beside_the_handlers_is_put_down_to_all_or_to_the_only_one,
                                        new_file, done),
        cmocka_unit_test_setup_teardown(test_a_death_is_told_until_it_is_cleared, new_file, done),
        cmocka_unit_test_setup_teardown(test_kills_count_in_a_row_where_the_same_message_is_alone, new_file, done),
        cmocka_unit_test_setup_teardown(
            test_messages_run_alone_after_a_second_kill_at_the_same_place_or_a_kill_of_one_alone, new_file, done),
        cmocka_unit_test_setup_teardown(test_a_fault_of_another_thread_is_not_put_down_to_the_message, new_file, done),
        cmocka_unit_test_setup_teardown(test_a_file_that_is_no_marker_of_ours_is_none, new_file, done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
