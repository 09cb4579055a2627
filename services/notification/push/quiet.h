/* Quiet hours: when a member's phones ring for what is told now. Pure: no I/O, no clock, no random numbers. Any
 * thread. */
#ifndef SOTAY_NOTIFICATION_QUIET_H
#define SOTAY_NOTIFICATION_QUIET_H

#include "common/base/uuid.h"
#include "services/notification/push/push.h"

/* From when until when it is quiet, in minutes since midnight, local; the same: never. */
struct quiet_hours {
    int32_t from, to;
};
extern const struct quiet_hours QUIET_NIGHTS, QUIET_NEVER; /* as for all by default; where nobody is to be spared */

/* What a member wants (preference.h): his own hours, QUIET_AS_ALL where he has none; everything once a day. */
struct quiet_wish {
    int32_t from, to;
    bool daily;
};

/* When his phones ring for what came up at `now_us`: now, or later than that.
 *   - What is never quiet rings now; what is urgent enough to wake people early rings from 5:00 to 22:30.
 *   - The rest waits while it is quiet for him (for_all, unless he has hours of his own), until his morning: from three
 *     to twelve minutes after his quiet hours, at a minute of his own, so that all that waited rings together.
 *   - Who wants everything once a day gets it in the morning. `has_waited`: it has been waiting for that. */
int64_t quiet_rings_at_us(enum push_quiet quiet, const struct quiet_hours *for_all, const struct quiet_wish *wish,
                          const struct uuid *member, int64_t now_us, bool has_waited);

#endif
