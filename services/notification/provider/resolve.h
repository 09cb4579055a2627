/* Names of hosts to addresses within a deadline: the system's resolver has none, and asks a name server that does not
 * answer for half a minute. Any thread. */
#ifndef SOTAY_NOTIFICATION_RESOLVE_H
#define SOTAY_NOTIFICATION_RESOLVE_H

#include "common/base/err.h"
#include <netdb.h>
#include <stdint.h>

enum { RESOLVE_AT_ONCE = 16 }; /* questions whose answer nobody waits for any more count until it comes */

/* `until_us` is monotonic. ERR_UNAVAILABLE: no address, none in time, or too many are being asked for. The caller frees
 * *ret_found with freeaddrinfo. */
MUST_CHECK enum err resolve(const char *host, const char *port, int64_t until_us, struct addrinfo **ret_found);

#endif
