/* EndSession: one's own sessions in a batch of auth.commands. The aggregate is the member, and the actor must be that
 * member. On the loop's thread. */
#ifndef SOTAY_AUTH_SESSION_COMMANDS_H
#define SOTAY_AUTH_SESSION_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part SESSION_PART;

#endif
