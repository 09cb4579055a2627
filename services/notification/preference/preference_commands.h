/* EditPreferences: the part of a batch that keeps what members want of their phones. On the loop's thread. */
#ifndef SOTAY_NOTIFICATION_PREFERENCE_COMMANDS_H
#define SOTAY_NOTIFICATION_PREFERENCE_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part PREFERENCE_PART;

#endif
