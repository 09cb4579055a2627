/* How a comment on a document looks to clients: as one on a meeting, about no topic. Pure; results live in ctx and
 * borrow strings of their arguments. */
#ifndef SOTAY_DOCUMENT_COMMENT_VIEW_H
#define SOTAY_DOCUMENT_COMMENT_VIEW_H

#include "services/document/comment/comment_store.h"
#include "sotay/v1/meeting.pb-c.h"

Pb__Comment *comment_view(TALLOC_CTX *ctx, const struct comment *comment, const char *author_name);

#endif
