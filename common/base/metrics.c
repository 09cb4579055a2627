#include "common/base/metrics.h"
#include "common/base/mem.h"
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Upper bounds of the buckets; the last one of a histogram is +Inf. */
static const int64_t BOUNDS_US[METRIC_BUCKETS] = {500,   1000,   2500,   5000,    10000,   25000,
                                                  50000, 100000, 250000, 1000000, 5000000, 20000000};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the list, never the values */
static struct metric *first, **last = &first;

void metrics_register(struct metric *metric)
{
    pthread_mutex_lock(&lock);
    metric->next = NULL;
    *last = metric;
    last = &metric->next;
    pthread_mutex_unlock(&lock);
}

void metric_observe_us(struct metric *m, int64_t elapsed_us)
{
    size_t i = 0;
    while (i < METRIC_BUCKETS && elapsed_us > BOUNDS_US[i])
        i++;
    atomic_fetch_add_explicit(&m->buckets[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&m->sum_us, elapsed_us, memory_order_relaxed);
    atomic_fetch_add_explicit(&m->count, 1, memory_order_relaxed);
}

static void append(char **text, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void append(char **text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    *text = talloc_vasprintf_append_buffer(*text, format, args);
    va_end(args);
    if (*text == NULL)
        abort();
}

static double seconds(int64_t us)
{
    return (double)us / 1e6;
}

/* Cumulative, as Prometheus wants it. `_count` is the +Inf bucket, so that the two agree while others count on. */
static void print_histogram(char **text, struct metric *m)
{
    const char *labels = m->labels != NULL ? m->labels : "", *comma = *labels != '\0' ? "," : "";
    int64_t total = 0;
    for (size_t i = 0; i <= METRIC_BUCKETS; i++) {
        total += atomic_load_explicit(&m->buckets[i], memory_order_relaxed);
        if (i < METRIC_BUCKETS)
            append(text, "%s_bucket{%s%sle=\"%g\"} %" PRId64 "\n", m->name, labels, comma, seconds(BOUNDS_US[i]),
                   total);
        else
            append(text, "%s_bucket{%s%sle=\"+Inf\"} %" PRId64 "\n", m->name, labels, comma, total);
    }
    const char *open = *labels != '\0' ? "{" : "", *close = *labels != '\0' ? "}" : "";
    append(text, "%s_sum%s%s%s %.6f\n", m->name, open, labels, close,
           seconds(atomic_load_explicit(&m->sum_us, memory_order_relaxed)));
    append(text, "%s_count%s%s%s %" PRId64 "\n", m->name, open, labels, close, total);
}

static void print_value(char **text, struct metric *m)
{
    int64_t value = atomic_load_explicit(&m->value, memory_order_relaxed);
    if (m->labels != NULL)
        append(text, "%s{%s} %" PRId64 "\n", m->name, m->labels, value);
    else
        append(text, "%s %" PRId64 "\n", m->name, value);
}

static bool is_first_of_name(const struct metric *m)
{
    const struct metric *other = first;
    while (strcmp(other->name, m->name) != 0)
        other = other->next;
    return other == m;
}

/* All metrics of one name stand together under one HELP and TYPE. */
static void print_family(char **text, struct metric *m)
{
    static const char *const TYPES[] = {"counter", "gauge", "histogram"};
    append(text, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help, m->name, TYPES[m->type]);
    for (struct metric *same = m; same != NULL; same = same->next) {
        if (strcmp(same->name, m->name) != 0)
            continue;
        if (same->type == METRIC_HISTOGRAM)
            print_histogram(text, same);
        else
            print_value(text, same);
    }
}

char *metrics_print(TALLOC_CTX *ctx)
{
    char *text = mem_text(ctx, "");
    pthread_mutex_lock(&lock);
    for (struct metric *m = first; m != NULL; m = m->next)
        if (is_first_of_name(m))
            print_family(&text, m);
    pthread_mutex_unlock(&lock);
    return text;
}
