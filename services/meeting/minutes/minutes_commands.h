/* Commands about minutes. The commands loop's thread. */
#ifndef SOTAY_MEETING_MINUTES_COMMANDS_H
#define SOTAY_MEETING_MINUTES_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part MINUTES_COMMANDS_PART;

#endif
