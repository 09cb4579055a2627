/* The proposals of a batch: a part without handlers, which loads what was wanted and writes what changed. Proposals are
 * locked in the order of their ids, after their meetings. The loop's thread. */
#ifndef SOTAY_MEETING_PROPOSAL_SET_H
#define SOTAY_MEETING_PROPOSAL_SET_H

#include "common/loop/loop.h"
#include "services/meeting/proposal/proposal.h"

extern const struct loop_part PROPOSAL_PART;

void proposal_set_want(const struct loop_batch *batch, const struct uuid *id);
void proposal_set_want_open(const struct loop_batch *batch, const struct uuid *meeting, const struct uuid *author);

const struct named_proposal *proposal_set_find(const struct loop_batch *batch, const struct uuid *id); /* NULL: none */
int32_t proposal_set_open(const struct loop_batch *batch, const struct uuid *meeting, const struct uuid *author);
void proposal_set_keep(const struct loop_batch *batch, const struct named_proposal *proposal);

#endif
