/* The command on reminders: RemindBranches. */
#ifndef SOTAY_MEETING_REMINDER_COMMANDS_H
#define SOTAY_MEETING_REMINDER_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part REMINDER_COMMANDS_PART;

#endif
