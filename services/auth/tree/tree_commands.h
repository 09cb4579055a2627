/* EditOrganization, CreateOrganization, CloseOrganization and SplitOrganization in a batch of auth.commands. On the
 * loop's thread. */
#ifndef SOTAY_AUTH_TREE_COMMANDS_H
#define SOTAY_AUTH_TREE_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part TREE_COMMANDS_PART;

#endif
