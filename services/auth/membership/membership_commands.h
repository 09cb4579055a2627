/* CreateMember, EditMember and MergeMembers in a batch of auth.commands. On the loop's thread. */
#ifndef SOTAY_AUTH_MEMBERSHIP_COMMANDS_H
#define SOTAY_AUTH_MEMBERSHIP_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part MEMBERSHIP_COMMANDS_PART;

#endif
