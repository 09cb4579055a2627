/* The commands on tasks: AddTask, EditTask. */
#ifndef SOTAY_MEETING_TASK_COMMANDS_H
#define SOTAY_MEETING_TASK_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part TASK_COMMANDS_PART;

#endif
