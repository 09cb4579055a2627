/* RemindParticipants, which a timer says two days before a meeting. */
#ifndef SOTAY_MEETING_COMING_COMMANDS_H
#define SOTAY_MEETING_COMING_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part COMING_COMMANDS_PART;

#endif
