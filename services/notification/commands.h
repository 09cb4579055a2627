/* The commands loop's table: one row for each command of proto/sotay/v1/notification.proto. The aggregate is the
 * member. */
#ifndef SOTAY_NOTIFICATION_COMMANDS_H
#define SOTAY_NOTIFICATION_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part NOTIFICATION_COMMANDS_PART;

#endif
