/* The reactions of a batch: a part without handlers, which loads what was wanted and writes what changed, under the
 * locks of their documents. The loop's thread. */
#ifndef SOTAY_DOCUMENT_REACTION_SET_H
#define SOTAY_DOCUMENT_REACTION_SET_H

#include "common/loop/loop.h"
#include "services/document/reaction/reaction.h"

extern const struct loop_part REACTION_PART;

void reaction_set_want(const struct loop_batch *batch, const struct uuid *target, const struct uuid *member);
/* Of a pair that was wanted; he may think nothing of it yet. */
const struct reaction *reaction_set_find(const struct loop_batch *batch, const struct uuid *target,
                                         const struct uuid *member);
const struct reaction_counts *reaction_set_counts(const struct loop_batch *batch, const struct uuid *target);
void reaction_set_keep(const struct loop_batch *batch, const struct reaction_change *change);

#endif
