/* How a draft looks to clients: as the meeting that it would be, without ids (API.md, "Shapes"). Pure; results live in
 * ctx and borrow strings of their arguments. */
#ifndef SOTAY_MEETING_DRAFT_VIEW_H
#define SOTAY_MEETING_DRAFT_VIEW_H

#include "services/meeting/draft/draft.h"
#include "services/meeting/host/host.h"

/* `is_taken`: its month has a regular meeting already. `usual`: the hour that its rhythm has in that month. */
struct draft_remarks {
    bool is_taken;
    int64_t usual_us;
};
/* NULL: the two messages, our own, are not alike. */
Pb__MeetingDraft *view_draft(TALLOC_CTX *ctx, const struct meeting *draft, const struct meeting_host *host,
                             const struct draft_remarks *remarks);

#endif
