/* The command CommentOnDocument: whoever reads a document says something of it. */
#ifndef SOTAY_DOCUMENT_COMMENT_COMMANDS_H
#define SOTAY_DOCUMENT_COMMENT_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part COMMENT_COMMANDS_PART;

#endif
