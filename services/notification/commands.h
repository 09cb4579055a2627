/* The commands loop's table: one row for each command of proto/sotay/v1/notification.proto. The aggregate is the
 * member. */
#ifndef SOTAY_NOTIFICATION_COMMANDS_H
#define SOTAY_NOTIFICATION_COMMANDS_H

#include "common/loop/loop.h"

enum { NOTIFICATION_N_COMMANDS = 2 };
extern const struct loop_handler NOTIFICATION_COMMAND_HANDLERS[NOTIFICATION_N_COMMANDS];
extern const struct loop_ops NOTIFICATION_COMMAND_OPS;

#endif
