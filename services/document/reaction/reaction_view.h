/* How reactions to a target look to a member. Pure; results live in ctx. */
#ifndef SOTAY_DOCUMENT_REACTION_VIEW_H
#define SOTAY_DOCUMENT_REACTION_VIEW_H

#include "services/document/reaction/reaction.h"

Pb__Reaction *reaction_view(TALLOC_CTX *ctx, const struct reaction *mine, const struct reaction_counts *counts);

#endif
