/* Prometheus metrics, text exposition 0.0.4. Counters and gauges are one atomic each; histograms have fixed buckets in
 * seconds. Registered at start (static storage, never removed), updated by any thread, read by /metrics. */
#ifndef SOTAY_COMMON_METRICS_H
#define SOTAY_COMMON_METRICS_H

#include <stdatomic.h>
#include <stdint.h>
#include <talloc.h>

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };
#define METRIC_BUCKETS 12

struct metric {
    const char *name;   /* "sotay_commands_total" */
    const char *labels; /* "outcome=\"rejected\"" or NULL */
    const char *help;
    enum metric_type type;
    _Atomic int64_t value;                                      /* counter, gauge */
    _Atomic int64_t buckets[METRIC_BUCKETS + 1], sum_us, count; /* histogram */
    struct metric *next;
};

void metrics_register(struct metric *metric);
static inline void metric_add(struct metric *m, int64_t n)
{
    atomic_fetch_add_explicit(&m->value, n, memory_order_relaxed);
}
static inline void metric_set(struct metric *m, int64_t n)
{
    atomic_store_explicit(&m->value, n, memory_order_relaxed);
}
void metric_observe_us(struct metric *m, int64_t elapsed_us);
char *metrics_print(TALLOC_CTX *ctx); /* the whole exposition */

#endif
