/* PutGroups: the part of a batch that keeps the party groups of branches. Behind MEMBERSHIP_PART and TREE_PART in the
 * list: they lock the branch and its members. On the loop's thread. */
#ifndef SOTAY_AUTH_GROUP_COMMANDS_H
#define SOTAY_AUTH_GROUP_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part GROUP_PART;

#endif
