/* What the heads of an organisation keep for it from one meeting to the next: its tasks (../task/), its agenda
 * templates (../template/). They are alike in whose they are, who keeps them and how many there may be; that stands
 * here once. Pure; any thread. */
#ifndef SOTAY_MEETING_PREPARED_H
#define SOTAY_MEETING_PREPARED_H

#include "services/directory/directory.h"
#include "services/meeting/meeting/meeting_access.h"

/* How each of them begins. */
struct prepared {
    struct uuid id, organization;
    uint64_t version; /* 0: it is gone */
    int64_t created_at_us;
    bool is_counted; /* towards what an organisation may have of its kind */
};

/* Heads, and officers of that very organisation, who convene its executive meetings. Who is suspended reads on. */
static inline bool prepared_may_read(const struct meeting_actor *actor)
{
    return actor->standing & (STANDING_HEAD | STANDING_OFFICER_HERE);
}
static inline bool prepared_may_keep(const struct meeting_actor *actor)
{
    return meeting_may_convene(PB__MEETING_KIND__MEETING_KIND_EXECUTIVE, actor);
}

#endif
