/* Auth's own events, read back: sessions that were ended stay ended in a database that came back from a backup of
 * before. On the loop's thread. */
#ifndef SOTAY_AUTH_SESSION_EVENTS_H
#define SOTAY_AUTH_SESSION_EVENTS_H

#include "common/loop/loop.h"

extern const struct loop_part SESSION_EVENTS_PART;

#endif
