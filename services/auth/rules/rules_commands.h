/* PutRules: the part of a batch that keeps the rules of organisations. Behind TREE_PART in the list, whose lock of the
 * organisation numbers its versions. On the loop's thread. */
#ifndef SOTAY_AUTH_RULES_COMMANDS_H
#define SOTAY_AUTH_RULES_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part RULES_PART;

#endif
