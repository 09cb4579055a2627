/* The commands by which a meeting is held and reopened, and its roll is frozen with it: HoldMeeting, ReopenMeeting. */
#ifndef SOTAY_MEETING_HOLD_COMMANDS_H
#define SOTAY_MEETING_HOLD_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part HOLD_COMMANDS_PART;

#endif
