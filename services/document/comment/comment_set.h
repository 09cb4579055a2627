/* The comments of a batch: a part without handlers, which writes what is new. The loop's thread. */
#ifndef SOTAY_DOCUMENT_COMMENT_SET_H
#define SOTAY_DOCUMENT_COMMENT_SET_H

#include "common/loop/loop.h"
#include "services/document/comment/comment_store.h"

extern const struct loop_part COMMENT_PART;

void comment_set_keep(const struct loop_batch *batch, const struct comment *comment);

#endif
