/* How a meeting looks to clients (API.md, "Shapes"): the one place, used for the answers of commands and of queries, so
 * that what an author gets back is what everybody reads. Pure; results live in ctx and borrow strings of their
 * arguments. */
#ifndef SOTAY_MEETING_MEETING_VIEW_H
#define SOTAY_MEETING_MEETING_VIEW_H

#include "services/meeting/host/host.h"
#include "services/meeting/meeting/meeting.h"

Pb__Meeting *view_meeting(TALLOC_CTX *ctx, const struct meeting *meeting, const struct meeting_host *host);
/* What officers above see (ACCESS.md): the rest is null or []. */
Pb__Meeting *view_meeting_header(TALLOC_CTX *ctx, const struct meeting *meeting, const struct meeting_host *host);

/* NULL: it has none. */
Pb__Contact *view_contact(TALLOC_CTX *ctx, const struct meeting_host *host);
/* `name` NULL: the directory does not know him. */
Pb__Person *view_person(TALLOC_CTX *ctx, const struct uuid *id, const char *name);

#endif
