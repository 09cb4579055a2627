/* The commands loop's table: one row for each command of proto/sotay/v1/meeting.proto. */
#ifndef SOTAY_MEETING_COMMANDS_H
#define SOTAY_MEETING_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part MEETING_COMMANDS_PART;

#endif
