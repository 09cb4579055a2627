#include "services/auth/publish/pace.h"

#include "common/base/clock.h"
#include "common/loop/loop.h"
#include <stdio.h>

#define SLICE_US CLOCK_SECOND_US
#define PATIENCE_US (10 * CLOCK_SECOND_US)
enum { MOST_WAITING = 10000, LOOK_EVERY_MS = 20 };

struct pace pace_begin(void)
{
    return (struct pace){.last = INT64_MAX, .since_us = clock_monotonic_us()};
}

/* Two looks at least, one after the other: between this one and that of before the caller has added more. */
enum err pace_look(struct pg *pg, struct pace *pace, bool *ret_waits)
{
    int64_t n = 0, end_us = clock_monotonic_us() + SLICE_US;
    for (int looks = 1;; looks++) {
        enum err err = loop_count_untold(pg, &n);
        int64_t now_us = clock_monotonic_us();
        if (n < pace->last || n <= MOST_WAITING)
            pace->since_us = now_us;
        pace->last = n;
        *ret_waits = !err && n > MOST_WAITING && now_us - pace->since_us < PATIENCE_US;
        if (err || n <= MOST_WAITING || (looks > 1 && !*ret_waits) || now_us >= end_us)
            return err;
        pause_ms(LOOK_EVERY_MS); /* the loop is another thread's, or process's: a poll with a deadline */
    }
}

enum err pace_keep(struct pg *pg, struct pace *pace)
{
    bool waits = true;
    enum err err = ERR_OK;
    while (!err && waits)
        err = pace_look(pg, pace, &waits);
    return err;
}

enum err pace_end(struct pg *pg, const char *command)
{
    bool told = true;
    enum err err = loop_await_told(pg, 0, &told);
    if (!told)
        (void)fprintf(stderr, "%s: committed; it will be published when auth runs\n", command);
    return err;
}
