/* Who is reminded of a meeting that comes up (P8). Pure; any thread. */
#ifndef SOTAY_MEETING_COMING_H
#define SOTAY_MEETING_COMING_H

#include "services/meeting/roll/roll.h"

/* The timer is of this hour: false where it was moved, held or cancelled meanwhile, or has begun after an outage. */
bool coming_is_news(const struct meeting *meeting, int64_t starts_at_us, int64_t now_us);

/* Those on its roll but for those who have said that they will not come; none (NULL): nobody has, it is for all
 * participants. False: nobody is left. The list lives in ctx. */
bool coming_members(TALLOC_CTX *ctx, const struct meeting *meeting, const struct roll *roll,
                    const struct uuid **ret_members, size_t *ret_n);

#endif
