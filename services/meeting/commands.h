/* The commands loop's table: one row for each command of proto/sotay/v1/meeting.proto. */
#ifndef SOTAY_MEETING_COMMANDS_H
#define SOTAY_MEETING_COMMANDS_H

#include "common/loop/loop.h"

enum { MEETING_N_COMMANDS = 7 };
extern const struct loop_handler MEETING_COMMAND_HANDLERS[MEETING_N_COMMANDS];
extern const struct loop_ops MEETING_COMMAND_OPS;

#endif
