#include "common/base/clock.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t clock_read_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * CLOCK_SECOND_US + now.tv_nsec / 1000;
}

int64_t clock_now_us(void)
{
    return clock_read_us(CLOCK_REALTIME);
}

int64_t clock_monotonic_us(void)
{
    return clock_read_us(CLOCK_MONOTONIC);
}

void pause_ms(int ms)
{
    const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    (void)nanosleep(&pause, NULL); /* a signal ends it */
}

/* Towards minus infinity, so that times before 1970 fall into the right day. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int32_t clock_local_date(int64_t at_us)
{
    return (int32_t)floor_div(at_us + CLOCK_LOCAL_OFFSET_US, CLOCK_DAY_US);
}

int32_t clock_local_month(int64_t at_us)
{
    int year, month, day;
    clock_date_split(clock_local_date(at_us), &year, &month, &day);
    return year * 12 + month - 1;
}

int64_t clock_date_start_us(int32_t date)
{
    return date * CLOCK_DAY_US - CLOCK_LOCAL_OFFSET_US;
}

int64_t clock_date_last_us(int32_t date)
{
    return clock_date_start_us(date + 1) - CLOCK_SECOND_US;
}

int64_t clock_month_start_us(int32_t month)
{
    return clock_date_start_us(clock_month_date(month, 1));
}

static int month_days(int year, int month)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : DAYS[month - 1];
}

int32_t clock_month_date(int32_t month, int day)
{
    int year = (int)floor_div(month, 12), number = month - year * 12 + 1;
    int last = month_days(year, number);
    return clock_date_join(year, number, day < last ? day : last);
}

/* The Gregorian calendar in eras of 400 years (146,097 days) that start on 1 March, so that a leap day ends its year:
 * Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". Day 719,468 of era 0 is 1970-01-01. */
void clock_date_split(int32_t date, int *ret_year, int *ret_month, int *ret_day)
{
    int64_t days = (int64_t)date + 719468;
    int64_t era = floor_div(days, 146097);
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    *ret_day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1);
    *ret_month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
    *ret_year = (int)(year_of_era + era * 400 + (*ret_month <= 2));
}

int32_t clock_date_join(int year, int month, int day)
{
    int64_t march_year = year - (month <= 2);
    int64_t era = floor_div(march_year, 400);
    int64_t year_of_era = march_year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int32_t)(era * 146097 + day_of_era - 719468);
}

#ifdef SOTAY_DEMO
static int64_t within(int64_t number, int64_t most)
{
    return number > most ? most : number < -most ? -most : number;
}

/* What the file says; `otherwise` while it is being written. */
static int64_t offset_read_us(const char *path, int64_t otherwise)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    /* At most 12 characters: no overflow in microseconds. */
    char text[13], *end = text;
    long long seconds = fgets(text, sizeof(text), file) != NULL ? strtoll(text, &end, 10) : 0;
    fclose(file);
    return end != text ? within(seconds * CLOCK_SECOND_US, CLOCK_OFFSET_MOST_US) : otherwise;
}

int64_t clock_offset_us(const char *path)
{
    static _Atomic int64_t offset_us, next_look_us;
    if (path == NULL)
        return 0;
    int64_t now_us = clock_monotonic_us(), due_us = atomic_load(&next_look_us);
    if (now_us >= due_us && atomic_compare_exchange_strong(&next_look_us, &due_us, now_us + CLOCK_SECOND_US))
        atomic_store(&offset_us, offset_read_us(path, atomic_load(&offset_us)));
    return atomic_load(&offset_us);
}
#else
int64_t clock_offset_us(const char *path)
{
    (void)path;
    return 0;
}
#endif

bool clock_is_over(int64_t due_us, int64_t now_us)
{
    return now_us >= due_us + CLOCK_SECOND_US;
}
