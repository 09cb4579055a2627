/* How a call looks to clients (API.md, "Shapes"). Pure; results live in ctx and borrow their arguments' strings. */
#ifndef SOTAY_MEETING_TOLD_VIEW_H
#define SOTAY_MEETING_TOLD_VIEW_H

#include "services/meeting/told/told.h"

Pb__ToldMark *view_told(TALLOC_CTX *ctx, const struct named_told *named);

#endif
