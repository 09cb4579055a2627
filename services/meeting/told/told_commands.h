/* The command MarkTold: who called says that a participant was told, or takes it back. */
#ifndef SOTAY_MEETING_TOLD_COMMANDS_H
#define SOTAY_MEETING_TOLD_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part TOLD_COMMANDS_PART;

#endif
