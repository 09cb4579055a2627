/* Sessions in a batch of auth.commands. EndSession ends one's own: the aggregate is the member, and the actor must be
 * that member. On the loop's thread. */
#ifndef SOTAY_AUTH_SESSION_COMMANDS_H
#define SOTAY_AUTH_SESSION_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part SESSION_PART;

/* For those who sign a member out: in `want` his live sessions and his devices, in `apply` they end. */
void session_want_of_member(const struct loop_message *message, const struct uuid *member);
void session_end_of_member(const struct loop_message *message, const struct uuid *member);

#endif
