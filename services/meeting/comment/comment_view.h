/* How a comment looks to clients (API.md, "Shapes"). Pure; results live in ctx and borrow their arguments' strings. */
#ifndef SOTAY_MEETING_COMMENT_VIEW_H
#define SOTAY_MEETING_COMMENT_VIEW_H

#include "services/meeting/comment/comment.h"

Pb__Comment *view_comment(TALLOC_CTX *ctx, const struct named_comment *named);
Pb__Comment **view_comments(TALLOC_CTX *ctx, const struct named_comment *comments, size_t n);

#endif
