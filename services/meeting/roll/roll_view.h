/* How a roll looks to clients (API.md, "Shapes"). Pure; results live in ctx and borrow their arguments' strings. */
#ifndef SOTAY_MEETING_ROLL_VIEW_H
#define SOTAY_MEETING_ROLL_VIEW_H

#include "services/meeting/roll/roll.h"

Pb__AttendanceItem *view_attendance_item(TALLOC_CTX *ctx, const struct uuid *member, const char *name,
                                         const struct roll_mark *mark);
/* Why he was not there; NULL: he was, or nobody said. */
const char *roll_shown_reason(const struct roll_mark *mark);

struct roll roll_by_name(TALLOC_CTX *ctx, const struct roll *roll); /* as lists of members are */
const char *roll_word(Pb__AttendanceState state);                   /* as marks say it: "present" */

#endif
