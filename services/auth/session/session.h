/* The pure rules of sessions and their refresh tokens: no I/O, clock or random numbers. Any thread. */
#ifndef SOTAY_AUTH_SESSION_H
#define SOTAY_AUTH_SESSION_H

#include "common/base/clock.h"
#include <stdbool.h>

#define SESSION_IDLE_US (120 * CLOCK_DAY_US) /* longer than the 90 days promised */
#define REFRESH_KEPT_US (14 * CLOCK_DAY_US)  /* a used token is remembered so long, to notice that it was stolen */

bool session_lives(bool ended, int64_t last_used_at_us, int64_t now_us);

/* What is known of a refresh token that someone presents with a key. */
struct refresh_state {
    bool session_lives;
    bool known;    /* the token itself; the others of these follow from it */
    bool used;     /* a successor was made for it */
    bool same_key; /* of the pair that made it */
    bool successor_used;
    /* A token that is not known, though we signed it with a number above every known one: the database came back from a
     * backup of before it was made. */
    bool ahead;
    int64_t restoration,
        restoration_taken; /* the newest restore mark, 0: none; the one under which it was last taken */
    bool caught_up;        /* what was ended since the backup is ended again */
};
enum refresh_answer {
    REFRESH_NEW,        /* a successor, made now */
    REFRESH_LATER,      /* it cannot be said yet: to be asked again */
    REFRESH_SAME,       /* the successor made before: that reply was lost */
    REFRESH_SUPERSEDED, /* a newer one has taken its place: whoever has that stays signed in */
    REFRESH_ENDED,      /* its session has ended, or was not used for its life */
    REFRESH_END_FAMILY, /* two parties hold this token: both are signed out */
};
enum refresh_answer session_refresh(const struct refresh_state *state);

#endif
