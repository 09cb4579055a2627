/* PutPosition and EndPosition in a batch of auth.commands: who leads an organisation, and who stops. The aggregate is
 * the organisation, so that its changes come one after the other. On the loop's thread. */
#ifndef SOTAY_AUTH_GRANT_COMMANDS_H
#define SOTAY_AUTH_GRANT_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part GRANT_PART;

#endif
