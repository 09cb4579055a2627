/* Whose turn is when among push services, and how much time each gets: browsers name them, so some are there to hold
 * the others up. Pure. */
#ifndef SOTAY_NOTIFICATION_WEBPUSH_ORDER_H
#define SOTAY_NOTIFICATION_WEBPUSH_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a chunk has for one service, and what is known of that. */
struct webpush_turn {
    const char *origin;
    size_t n;           /* messages */
    bool is_proven;     /* it has taken a message, and answered since */
    int64_t late_at_us; /* monotonic: when it last took too long or left a message without answer; 0: never */
};

/* As qsort's. Those that have proven themselves first; of them, and of the others, whoever was never late or longest
 * ago, then whoever has most messages. A name decides nothing unless all else is the same. */
int webpush_turn_compare(const struct webpush_turn *one, const struct webpush_turn *other);

enum {
    WEBPUSH_MESSAGE_MS = 5,    /* every service has these for each message */
    WEBPUSH_SERVICE_MS = 3000, /* what one may take beyond: to be resolved, connected to, to answer */
    WEBPUSH_LATE_MS = 1000,    /* from when on it was late, if it came to an end at all */
    WEBPUSH_TOGETHER_MS = 5000 /* what all of a chunk may take beyond, proven or not */
};

/* Until when (monotonic) a service with n messages may take that begins now. 0: no time is left for it. */
int64_t webpush_turn_until_us(int64_t began_us, size_t n, int64_t together_left_us, int64_t chunk_until_us);

/* What it took beyond its messages' own time. */
int64_t webpush_turn_beyond_us(int64_t took_us, size_t n);

#endif
