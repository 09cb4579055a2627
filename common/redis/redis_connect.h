/* Connecting to Redis: shared by redis.c and redis_subscriber.c. NULL when it cannot be reached or refuses the
 * password. Blocks up to deadline_ms; the caller owns the connection (redisFree). Any thread. */
#ifndef SOTAY_COMMON_REDIS_CONNECT_H
#define SOTAY_COMMON_REDIS_CONNECT_H

#include <hiredis/hiredis.h>

redisContext *redis_connect(const char *address, const char *credentials, int deadline_ms);

#endif
