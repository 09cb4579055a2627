#include "common/loop/loop_waits.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LOOP_WAIT(name, label, seconds) [LOOP_WAIT_##name] = (seconds)*CLOCK_SECOND_US,
static const int64_t PATIENCE_US[LOOP_WAIT_COUNT] = {LOOP_WAITS(LOOP_WAIT)};
#undef LOOP_WAIT

#define LOOP_WAIT(wait, label, seconds)                                    \
    [LOOP_WAIT_##wait] = {.name = "sotay_loop_waits",                      \
                          .labels = "reason=\"" label "\"",                \
                          .help = "Loops that cannot go on, and for what", \
                          .type = METRIC_GAUGE},
static struct metric metrics[LOOP_WAIT_COUNT] = {LOOP_WAITS(LOOP_WAIT)};
#undef LOOP_WAIT

void loop_waits_register_metrics(void)
{
    for (size_t i = 0; i < LOOP_WAIT_COUNT; i++)
        metrics_register(&metrics[i]);
}

void loop_waits_init(struct loop_waits *waits)
{
    memset(waits, 0, sizeof *waits);
    pthread_mutex_init(&waits->lock, NULL);
}

void loop_waits_done(struct loop_waits *waits)
{
    for (enum loop_wait why = 0; why < LOOP_WAIT_COUNT; why++)
        loop_waits_end(waits, why);
    pthread_mutex_destroy(&waits->lock);
}

static void begin(struct loop_waits *waits, enum loop_wait why)
{
    if (waits->each[why].since_us == 0)
        waits->each[why].since_us = clock_monotonic_us();
}

void loop_waits_begin(struct loop_waits *waits, enum loop_wait why)
{
    pthread_mutex_lock(&waits->lock);
    begin(waits, why);
    pthread_mutex_unlock(&waits->lock);
}

void loop_waits_for(struct loop_waits *waits, enum loop_wait why, const char *format, ...)
{
    char text[LOOP_WAIT_TEXT_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args); /* cut is fine */
    va_end(args);
    for (char *c = strpbrk(text, "\r\n"); c; c = strpbrk(c, "\r\n"))
        *c = ' '; /* PostgreSQL's messages have lines; /readyz is one */
    pthread_mutex_lock(&waits->lock);
    begin(waits, why);
    if (waits->each[why].text[0] == '\0')
        metric_add(&metrics[why], 1);
    (void)snprintf(waits->each[why].text, sizeof text, "%s", text); /* of the same size */
    pthread_mutex_unlock(&waits->lock);
}

void loop_waits_end(struct loop_waits *waits, enum loop_wait why)
{
    pthread_mutex_lock(&waits->lock);
    if (waits->each[why].text[0] != '\0')
        metric_add(&metrics[why], -1);
    waits->each[why].since_us = 0;
    waits->each[why].text[0] = '\0';
    pthread_mutex_unlock(&waits->lock);
}

char *loop_waits_text(struct loop_waits *waits, TALLOC_CTX *ctx, int64_t now_us)
{
    char *all = NULL;
    pthread_mutex_lock(&waits->lock);
    for (enum loop_wait why = 0; why < LOOP_WAIT_COUNT; why++) {
        int64_t since_us = waits->each[why].since_us;
        if (since_us == 0 || now_us - since_us < PATIENCE_US[why])
            continue;
        const char *text = waits->each[why].text;
        all = mem_printf(ctx, "%s%s%lld s: %s", all ? all : "", all ? "; " : "",
                         (long long)((now_us - since_us) / CLOCK_SECOND_US), *text ? text : "under way");
    }
    pthread_mutex_unlock(&waits->lock);
    return all;
}
