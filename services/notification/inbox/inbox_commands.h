/* The part of a batch of commands that reads: an item, or everything up to one. The aggregate is the member. */
#ifndef SOTAY_NOTIFICATION_INBOX_COMMANDS_H
#define SOTAY_NOTIFICATION_INBOX_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part INBOX_PART;

#endif
