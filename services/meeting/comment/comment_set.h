/* The comments of a batch: a part without handlers, which loads what was wanted and writes what changed. Comments are
 * locked in the order of their ids, after their meetings. The loop's thread. */
#ifndef SOTAY_MEETING_COMMENT_SET_H
#define SOTAY_MEETING_COMMENT_SET_H

#include "common/loop/loop.h"
#include "services/meeting/comment/comment.h"

extern const struct loop_part COMMENT_PART;

void comment_set_want(const struct loop_batch *batch, const struct uuid *id);
const struct named_comment *comment_set_find(const struct loop_batch *batch, const struct uuid *id); /* NULL: none */
/* A new one is written whole; of one that was found, its answer. */
void comment_set_keep(const struct loop_batch *batch, const struct named_comment *comment);

#endif
