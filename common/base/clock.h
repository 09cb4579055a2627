/* Time: int64 microseconds UTC inside; months and days as people in Asia/Ho_Chi_Minh count them (UTC+7, no summer time
 * since 1975, so the offset is a constant). Month = year * 12 + month - 1; date = days since 1970-01-01. Any thread;
 * pure but for what reads a clock or waits. */
#ifndef SOTAY_COMMON_CLOCK_H
#define SOTAY_COMMON_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_SECOND_US INT64_C(1000000)
#define CLOCK_MINUTE_US (60 * CLOCK_SECOND_US)
#define CLOCK_HOUR_US (60 * CLOCK_MINUTE_US)
#define CLOCK_DAY_US (24 * CLOCK_HOUR_US)
#define CLOCK_LOCAL_OFFSET_US (7 * CLOCK_HOUR_US)

int64_t clock_now_us(void);       /* wall clock; handlers on the queue use their message's `now` instead */
int64_t clock_monotonic_us(void); /* for deadlines */

/* Blocks the calling thread; shorter where a signal comes in between. For what polls with a deadline, never in place of
 * one. */
void pause_ms(int ms);

int32_t clock_local_month(int64_t at_us);
int32_t clock_local_date(int64_t at_us);
int64_t clock_date_start_us(int32_t date);        /* local midnight */
int64_t clock_date_last_us(int32_t date);         /* its last second, when what is due on that day is due */
int64_t clock_month_start_us(int32_t month);      /* local midnight of its first day */
int32_t clock_month_date(int32_t month, int day); /* day 1..31, clipped to the month's last */
void clock_date_split(int32_t date, int *ret_year, int *ret_month, int *ret_day);
int32_t clock_date_join(int year, int month, int day);

/* Demo builds: the offset in `path` (seconds, a text file, absent = 0), read again when it changed, at most once a
 * second; beyond the most it is the most. Always 0 in release builds. Any thread. */
#define CLOCK_OFFSET_MOST_US (3650 * CLOCK_DAY_US) /* either way; envelope.proto says the same */
int64_t clock_offset_us(const char *path);

/* What is due at the last second of a day is in time all through that second. */
bool clock_is_over(int64_t due_us, int64_t now_us);

#endif
