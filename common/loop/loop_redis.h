/* What a commit tells Redis: versions of tags, outcomes, and one message for each gateway that waits. Redis may be
 * away: then it has missed tags, and is emptied when it is back, before anything else; outcomes that are lost that way
 * are still known to the service. One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_REDIS_H
#define SOTAY_COMMON_LOOP_REDIS_H

#include "common/redis/redis.h"
#include "sotay/v1/envelope.pb-c.h"
#include <stdbool.h>

struct loop_redis {
    struct redis *redis;
    bool stale;             /* it missed tags: it must forget everything first */
    int64_t rests_until_us; /* one that hangs may not take the loop's time at every commit */
};

void loop_redis_tell(struct loop_redis *to, const Pb__Announcement *announcement); /* one round trip */
void loop_redis_revive(struct loop_redis *to); /* empties it where it missed something, though nothing is told */

#endif
