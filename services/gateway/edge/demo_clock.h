/* Whose hour it is: a demo build lets a request say so, which is how deploy/local/past.py writes a city's past, each
 * request at its own hour. Any thread. */
#ifndef SOTAY_GATEWAY_DEMO_CLOCK_H
#define SOTAY_GATEWAY_DEMO_CLOCK_H

#include "services/gateway/edge/call.h"

/* How far the call's time is ahead of the clock's: what the header X-Demo-Clock says, in seconds (negative: behind),
 * else what the clock file does. ERR_HEADER_INVALID: it is no number, or beyond CLOCK_OFFSET_MOST_US. A release build
 * looks at neither, and says 0. */
MUST_CHECK enum err demo_clock_read(const struct call *call, int64_t *ret_offset_us);

#endif
