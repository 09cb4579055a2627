/* How a comment looks to clients (API.md, "Shapes"). Results live in ctx, or that of the query, and borrow their
 * arguments' strings. */
#ifndef SOTAY_MEETING_COMMENT_VIEW_H
#define SOTAY_MEETING_COMMENT_VIEW_H

#include "common/service/service.h"
#include "services/meeting/comment/comment.h"

Pb__Comment *view_comment(TALLOC_CTX *ctx, const struct named_comment *named);
/* The first of them, as many as the answer has room for (query_has_room). */
Pb__Comment **view_comments(struct query *query, const struct named_comment *comments, size_t n, size_t *ret_n);

#endif
