/* What a hub is made with, and its limits. */
#ifndef SOTAY_GATEWAY_HUB_OPTIONS_H
#define SOTAY_GATEWAY_HUB_OPTIONS_H

#include "common/base/clock.h"
#include <stddef.h>

struct directory;
struct services;

#define HUB_LIFETIME_US CLOCK_HOUR_US
#define HUB_BEAT_US (20 * CLOCK_SECOND_US) /* a comment, so that a connection that is gone is seen */
enum {
    HUB_OF_MEMBER_MOST = 8, /* streams of one member; one more ends his oldest */
    HUB_ROOM_BYTES = 8192,  /* that wait for one client */
    HUB_ASKED_MOST = 32,    /* questions to services under way */
    HUB_GROUPS_MOST = 256,  /* viewers that are asked for about one cause; beyond: resync */
    HUB_KEPT = 1024,        /* causes that a client who comes again can still be told */
};

struct hub_options { /* borrowed */
    struct services *services;
    struct directory *directory;
    const char *clock_file; /* demo builds: the clock's offset */
    size_t streams_most;
};

#endif
