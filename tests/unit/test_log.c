#include "common/base/log.h"
#include "tests/unit/test.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int real_stderr, log_fd;

static int start_capture(void **state)
{
    (void)state;
    char path[] = "/tmp/sotay-log-XXXXXX";
    log_fd = mkstemp(path);
    unlink(path);
    real_stderr = dup(STDERR_FILENO);
    dup2(log_fd, STDERR_FILENO);
    log_init("meeting", LOG_LEVEL_INFO);
    log_set_correlation(NULL);
    return 0;
}

static int end_capture(void **state)
{
    (void)state;
    dup2(real_stderr, STDERR_FILENO);
    close(real_stderr);
    close(log_fd);
    return 0;
}

static char *captured(void)
{
    static char text[8192];
    ssize_t n = pread(log_fd, text, sizeof(text) - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

static void test_an_event_is_one_line_with_its_fields_in_order(void **state)
{
    (void)state;
    log_set_correlation("abc-1");
    log_warn("commit_failed", "err=%s rows=%d", "unavailable", 3);
    int n = 0;
    char stamp[64];
    assert_int_equal(
        sscanf(captured(),
               "time=%63s level=warn service=meeting event=commit_failed correlation_id=abc-1 err=unavailable rows=3%n",
               stamp, &n),
        1);
    assert_string_equal(captured() + n, "\n");
    assert_int_equal(strlen(stamp), strlen("2026-11-23T12:00:00.000000Z"));
}

static void test_without_a_correlation_id_the_field_is_left_out(void **state)
{
    (void)state;
    log_info("listening", "address=%s", "127.0.0.1:8102");
    assert_null(strstr(captured(), "correlation_id"));
}

static void test_what_is_below_the_level_is_not_written(void **state)
{
    (void)state;
    log_debug("detail", "n=%d", 1);
    assert_string_equal(captured(), "");
}

static void test_a_value_with_line_breaks_stays_on_one_line(void **state)
{
    (void)state;
    log_error("bad", "text=\"%s\"", "a\nlevel=info\r\x1b[2J");
    const char *text = captured();
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    assert_null(strchr(text, '\x1b'));
}

static void test_a_line_that_is_too_long_says_that_it_was_cut(void **state)
{
    (void)state;
    char longer[4000];
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    log_info("long", "%s", longer);
    const char *text = captured();
    assert_string_equal(text + strlen(text) - strlen("x cut=true\n"), "x cut=true\n");
    assert_true(strlen(text) < 2100);
}

static void test_a_long_correlation_id_is_bounded(void **state)
{
    (void)state;
    char longer[200];
    memset(longer, 'c', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    log_set_correlation(longer);
    log_info("x", "n=%d", 1);
    const char *id = strstr(captured(), "correlation_id=");
    assert_non_null(id);
    assert_int_equal(strspn(id + strlen("correlation_id="), "c"), 64);
}

#define CAPTURED(test) cmocka_unit_test_setup_teardown(test, start_capture, end_capture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CAPTURED(test_an_event_is_one_line_with_its_fields_in_order),
        CAPTURED(test_without_a_correlation_id_the_field_is_left_out),
        CAPTURED(test_what_is_below_the_level_is_not_written),
        CAPTURED(test_a_value_with_line_breaks_stays_on_one_line),
        CAPTURED(test_a_line_that_is_too_long_says_that_it_was_cut),
        CAPTURED(test_a_long_correlation_id_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
