/* The rules of pushes: when phones ring, in how many ranges of members, what a lock screen shows, when to try again.
 * Pure: no I/O, no clock, no random numbers. Any thread. */
#ifndef SOTAY_NOTIFICATION_PUSH_H
#define SOTAY_NOTIFICATION_PUSH_H

#include "common/base/uuid.h"
#include "sotay/v1/document.pb-c.h"
#include <stddef.h>

enum push_priority { PUSH_URGENT, PUSH_NORMAL }; /* lower first */

/* A push to very many waits, so that it can be withdrawn before any phone rings. */
int64_t push_not_before_us(int64_t created_at_us, int64_t recipients);

/* How many ranges of members it is sent in, and where range `i` of `n` begins (the first: zero). */
enum { PUSH_SHARDS_LIMIT = 128 };
size_t push_shards(int64_t recipients);
struct uuid push_shard_start(size_t i, size_t n);

/* What a lock screen may show: the words themselves of what is public, else a general text. The result is `title` or
 * `body`, or a constant. */
const char *push_lock_screen_title(Pb__Classification classification, const char *title);
const char *push_lock_screen_body(Pb__Classification classification, const char *body);

/* How long to wait before attempt number `attempts` + 1; `jitter` is 0..999 of 1000. At least 10 s (FCM's rule), at
 * most 10 min, or what the provider said. */
int64_t push_retry_delay_us(int attempts, int retry_after_s, unsigned jitter);

#endif
