/* The rules of calls: a participant who does not read is told of the meeting by a call, and whoever called says so
 * (S29, Y3). Who may see which participants have read. Pure, as those of meetings; any thread. */
#ifndef SOTAY_MEETING_TOLD_H
#define SOTAY_MEETING_TOLD_H

#include "services/meeting/meeting/meeting_access.h"
#include "sotay/v1/presence.pb-c.h"

/* Of one participant of one meeting. */
struct told {
    struct uuid meeting, member;
    int64_t at_us;  /* 0: he was not told, or it was taken back */
    struct uuid by; /* zero with 0 */
};

/* With the names of both, where they are known. */
struct named_told {
    struct told is;
    const char *member, *by; /* or NULL */
};

extern const struct meeting_action TOLD_MARK;

/* False: nothing changed. Who was told of the hour of then is told anew once there was news of the meeting. */
bool told_mark(const struct told *told, const struct meeting *meeting, bool is_told, const struct uuid *actor,
               int64_t now_us, struct told *ret_next);

/* What of the readers somebody is shown who sees the meeting (ACCESS.md, readers). */
enum told_sight { TOLD_NOTHING, TOLD_COUNTS, TOLD_NAMES };
enum told_sight told_sight(const struct meeting *meeting, const struct meeting_actor *actor, bool is_directly_above);

#endif
