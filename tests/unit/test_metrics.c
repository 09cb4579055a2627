#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "tests/unit/test.h"
#include <pthread.h>
#include <string.h>

static struct metric accepted = {
    .name = "sotay_commands_total", .labels = "outcome=\"ok\"", .help = "Commands settled.", .type = METRIC_COUNTER};
static struct metric depth = {.name = "sotay_queue_depth", .help = "Waiting.", .type = METRIC_GAUGE};
static struct metric rejected = {.name = "sotay_commands_total",
                                 .labels = "outcome=\"rejected\"",
                                 .help = "Commands settled.",
                                 .type = METRIC_COUNTER};
static struct metric latency = {
    .name = "sotay_commit_seconds", .labels = "loop=\"commands\"", .help = "Commits.", .type = METRIC_HISTOGRAM};

static void test_metrics_of_one_name_stand_together(void **state)
{
    (void)state;
    metric_add(&accepted, 3);
    metric_add(&rejected, 1);
    metric_set(&depth, 7);
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    assert_non_null(strstr(metrics_print(ctx),
                           "# HELP sotay_commands_total Commands settled.\n# TYPE sotay_commands_total counter\n"
                           "sotay_commands_total{outcome=\"ok\"} 3\nsotay_commands_total{outcome=\"rejected\"} 1\n"
                           "# HELP sotay_queue_depth Waiting.\n# TYPE sotay_queue_depth gauge\nsotay_queue_depth 7\n"));
    mem_free(ctx);
}

static void test_a_histogram_is_cumulative_and_ends_with_everything(void **state)
{
    (void)state;
    metric_observe_us(&latency, 500);
    metric_observe_us(&latency, 501);
    metric_observe_us(&latency, 60000000);
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const char *text = metrics_print(ctx);
    assert_non_null(strstr(text, "sotay_commit_seconds_bucket{loop=\"commands\",le=\"0.0005\"} 1\n"));
    assert_non_null(strstr(text, "sotay_commit_seconds_bucket{loop=\"commands\",le=\"0.001\"} 2\n"));
    assert_non_null(strstr(text, "sotay_commit_seconds_bucket{loop=\"commands\",le=\"20\"} 2\n"));
    assert_non_null(strstr(text, "sotay_commit_seconds_bucket{loop=\"commands\",le=\"+Inf\"} 3\n"));
    assert_non_null(strstr(text, "sotay_commit_seconds_sum{loop=\"commands\"} 60.001001\n"));
    assert_non_null(strstr(text, "sotay_commit_seconds_count{loop=\"commands\"} 3\n"));
    mem_free(ctx);
}

static void *count_to_10000(void *arg)
{
    for (int i = 0; i < 10000; i++)
        metric_add(arg, 1);
    return NULL;
}

static void test_threads_lose_no_count(void **state)
{
    (void)state;
    static struct metric shared = {.name = "sotay_shared", .help = "Shared.", .type = METRIC_COUNTER};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_to_10000, &shared), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&shared.value), 40000);
}

int main(void)
{
    metrics_register(&accepted);
    metrics_register(&depth);
    metrics_register(&rejected);
    metrics_register(&latency);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_metrics_of_one_name_stand_together),
        cmocka_unit_test(test_a_histogram_is_cumulative_and_ends_with_everything),
        cmocka_unit_test(test_threads_lose_no_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
