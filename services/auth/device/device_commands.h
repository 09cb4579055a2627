/* RegisterDevice and RemoveDevice: one's own devices in a batch of auth.commands. The aggregate is the member, and the
 * actor must be that member. On the loop's thread. */
#ifndef SOTAY_AUTH_DEVICE_COMMANDS_H
#define SOTAY_AUTH_DEVICE_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part DEVICE_PART;

#endif
