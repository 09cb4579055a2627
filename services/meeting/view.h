/* How a meeting and a comment look to clients (API.md, "Shapes"): the one place, used for the answers of commands and
 * of queries, so that what an author gets back is what everybody reads. Pure; results live in ctx and borrow strings of
 * their arguments. */
#ifndef SOTAY_MEETING_VIEW_H
#define SOTAY_MEETING_VIEW_H

#include "services/directory/directory.h"
#include "services/meeting/meeting.h"

/* The organisation that meets. Its contact and counts are known where an answer shows them. */
struct meeting_host {
    struct directory_org org;
    const char *contact_name, *contact_phone; /* or NULL */
    int64_t members, heads, committee;
};

Pb__Meeting *view_meeting(TALLOC_CTX *ctx, const struct meeting *meeting, const struct meeting_host *host);
/* What officers above see (ACCESS.md): the rest is null or []. */
Pb__Meeting *view_meeting_header(TALLOC_CTX *ctx, const struct meeting *meeting, const struct meeting_host *host);

struct comment_names {
    const char *author, *answer_author;
};
Pb__Comment *view_comment(TALLOC_CTX *ctx, const struct comment *comment, const struct comment_names *names);

#endif
