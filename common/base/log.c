#include "common/base/log.h"
#include "common/base/clock.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_BYTES 2048

/* Written by log_init before there are threads. */
static const char *service_name = "-";
static enum log_level least_level = LOG_LEVEL_INFO;

static _Thread_local char correlation[65];

void log_init(const char *service, enum log_level least)
{
    service_name = service;
    least_level = least;
}

void log_set_correlation(const char *correlation_id)
{
    snprintf(correlation, sizeof(correlation), "%s", correlation_id != NULL ? correlation_id : "");
}

static size_t format_head(char line[LINE_BYTES], enum log_level level, const char *event)
{
    static const char *const LEVELS[] = {"debug", "info", "warn", "error"};
    int64_t now_us = clock_now_us();
    time_t second = now_us / CLOCK_SECOND_US;
    struct tm utc;
    gmtime_r(&second, &utc);
    size_t n = strftime(line, LINE_BYTES, "time=%Y-%m-%dT%H:%M:%S", &utc);
    n += (size_t)snprintf(line + n, LINE_BYTES - n, ".%06dZ level=%s service=%.40s event=%.80s",
                          (int)(now_us % CLOCK_SECOND_US), LEVELS[level], service_name, event);
    if (correlation[0] != '\0')
        n += (size_t)snprintf(line + n, LINE_BYTES - n, " correlation_id=%s", correlation);
    line[n++] = ' ';
    return n;
}

/* Whatever a value holds, an event stays one line. */
static void blank_controls(char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < ' ')
            text[i] = ' ';
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
    static const char CUT[] = " cut=true";
    char line[LINE_BYTES + sizeof(CUT)];
    if (level < least_level)
        return;
    size_t n = format_head(line, level, event);
    va_list args;
    va_start(args, format);
    int wanted = vsnprintf(line + n, LINE_BYTES - n, format, args);
    va_end(args);
    bool cut = wanted >= (int)(LINE_BYTES - n);
    n = cut ? LINE_BYTES - 1 : n + (size_t)wanted;
    blank_controls(line, n);
    if (cut) {
        memcpy(line + n, CUT, sizeof(CUT) - 1);
        n += sizeof(CUT) - 1;
    }
    line[n++] = '\n';
    /* There is nowhere left to say that the log cannot be written. */
    ssize_t ignored = write(STDERR_FILENO, line, n);
    (void)ignored;
}
