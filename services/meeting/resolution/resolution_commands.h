/* The commands on resolutions: PutResolution, and CheckResolution, which a timer says. */
#ifndef SOTAY_MEETING_RESOLUTION_COMMANDS_H
#define SOTAY_MEETING_RESOLUTION_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part RESOLUTION_COMMANDS_PART;

#endif
