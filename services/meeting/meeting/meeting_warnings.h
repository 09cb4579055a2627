/* What a secretary is warned of, and never refused (API.md, Manners), as far as the meeting and its host say it. Pure;
 * results live in ctx. */
#ifndef SOTAY_MEETING_MEETING_WARNINGS_H
#define SOTAY_MEETING_MEETING_WARNINGS_H

#include "services/meeting/host/host.h"
#include "services/meeting/meeting/meeting.h"

void view_warnings(TALLOC_CTX *ctx, const struct meeting *meeting, const struct meeting_host *host, Pb__Meeting *view);

#endif
