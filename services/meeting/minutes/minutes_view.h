/* How minutes look to clients (API.md, "Shapes"). Pure; results live in ctx and borrow their
 * arguments' strings. */
#ifndef SOTAY_MEETING_MINUTES_VIEW_H
#define SOTAY_MEETING_MINUTES_VIEW_H

#include "services/meeting/minutes/minutes.h"

Pb__MeetingMinutes *view_minutes(TALLOC_CTX *ctx, const struct minutes *minutes);

#endif
