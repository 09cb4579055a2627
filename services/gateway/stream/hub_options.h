/* What a hub is made with, and its limits. */
#ifndef SOTAY_GATEWAY_HUB_OPTIONS_H
#define SOTAY_GATEWAY_HUB_OPTIONS_H

#include "common/base/clock.h"
#include <stddef.h>

struct directory;
struct services;
struct tokens;

#define HUB_BEAT_US (20 * CLOCK_SECOND_US)         /* a comment, so that a connection that is gone is seen */
#define HUB_LOOK_US INT64_C(250000)                /* how often a client's rights are read again */
#define HUB_RESYNC_EVERY_US (10 * CLOCK_SECOND_US) /* of one client */
#define HUB_FIGURES_US INT64_C(500000)             /* figures that change all the time are told so often */
enum {
    HUB_OF_MEMBER_MOST = 8, /* streams of one member; one more ends his oldest */
    HUB_ROOM_BYTES = 8192,  /* that wait for one client */
    HUB_ASKED_MOST = 32,    /* questions to services under way, of each sort */
    HUB_PACK = 32,          /* things in one question */
    HUB_MARK_BYTES = 8,     /* of a body's hash: which of two with one key a command is */
    HUB_CAUGHT_UP_MOST = 32 /* of what he missed a client is told so many; beyond: resync */
};

struct hub_options { /* borrowed */
    struct services *services;
    struct directory *directory;
    struct tokens *tokens;
    const struct kafka_producer *producer;
    const char *clock_file; /* demo builds: the clock's offset */
    size_t streams_most;
};

#endif
