/* Who may change what of a member (ACCESS.md: member.status set; member.create, edit). Pure; any thread. */
#ifndef SOTAY_AUTH_MEMBERSHIP_ACCESS_H
#define SOTAY_AUTH_MEMBERSHIP_ACCESS_H

#include "services/auth/membership/membership_context.h"

/* With this standing in the branch. */
bool membership_may_create(const struct membership *actor, unsigned standing);
/* An administrator everything, but he suspends and ends neither himself nor another administrator; the secretary of the
 * branch status and exemption, but he suspends and ends nobody who holds a position elsewhere; everyone his own
 * phone. */
bool membership_may_edit(const struct membership_context *context, const struct membership_edit *edit);
/* An administrator over both, who is neither of them; what a double of an administrator held is not his to take. */
bool membership_may_merge(const struct membership_context *member, const struct membership_context *duplicate);

#endif
