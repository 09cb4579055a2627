/* How a proposal looks to clients (API.md, "Shapes"). Pure; results live in ctx and borrow their arguments' strings. */
#ifndef SOTAY_MEETING_PROPOSAL_VIEW_H
#define SOTAY_MEETING_PROPOSAL_VIEW_H

#include "services/meeting/proposal/proposal.h"

Pb__Proposal *view_proposal(TALLOC_CTX *ctx, const struct named_proposal *named);

#endif
