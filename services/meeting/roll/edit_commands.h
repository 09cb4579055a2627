/* The command by which a meeting is edited, and its roll is counted anew with it where others come: EditMeeting. */
#ifndef SOTAY_MEETING_EDIT_COMMANDS_H
#define SOTAY_MEETING_EDIT_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part EDIT_COMMANDS_PART;

#endif
