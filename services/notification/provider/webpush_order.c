#include "services/notification/provider/webpush_order.h"

#include <string.h>

enum { MS_US = 1000, LEAST_MS = 200 }; /* less is not begun: nobody could answer in it */

int webpush_turn_compare(const struct webpush_turn *one, const struct webpush_turn *other)
{
    if (one->is_proven != other->is_proven)
        return one->is_proven ? -1 : 1;
    if (one->late_at_us != other->late_at_us)
        return one->late_at_us < other->late_at_us ? -1 : 1;
    if (one->n != other->n)
        return one->n > other->n ? -1 : 1;
    return strcmp(one->origin, other->origin);
}

static int64_t own_us(size_t n)
{
    return (int64_t)n * WEBPUSH_MESSAGE_MS * MS_US;
}

int64_t webpush_turn_until_us(int64_t began_us, size_t n, int64_t together_left_us, int64_t chunk_until_us)
{
    int64_t beyond_us = WEBPUSH_SERVICE_MS * MS_US;
    if (beyond_us > together_left_us)
        beyond_us = together_left_us;
    int64_t until_us = began_us + own_us(n) + beyond_us;
    if (until_us > chunk_until_us)
        until_us = chunk_until_us;
    bool has_time = beyond_us >= LEAST_MS * MS_US && until_us - began_us >= LEAST_MS * MS_US;
    return has_time ? until_us : 0;
}

int64_t webpush_turn_beyond_us(int64_t took_us, size_t n)
{
    int64_t beyond_us = took_us - own_us(n);
    return beyond_us > 0 ? beyond_us : 0;
}
