/* Who acts on which organisation: found and checked, with what every command about one begins. The loop's thread; lives
 * as long as the batch. */
#ifndef SOTAY_AUTH_TREE_CONTEXT_H
#define SOTAY_AUTH_TREE_CONTEXT_H

#include "common/loop/loop.h"
#include "services/auth/membership/membership.h"
#include "services/auth/tree/tree.h"

struct tree_context {
    const struct loop_message *message;
    const struct membership *actor;
    const struct tree_organization *organization;
    unsigned standing; /* the actor's, there */
};

/* In `want`: whoever acts, and this organisation. */
void tree_context_want(const struct loop_message *message, const struct uuid *organization);

/* ERR_NOT_FOUND: nobody acts, or the organisation does not exist for him. ERR_NOT_ALLOWED: he is suspended, and changes
 * nothing. */
MUST_CHECK enum err tree_context_take(const struct loop_message *message, const struct uuid *organization,
                                      struct tree_context *ret_context);
/* The same of one that the body names, where only an administrator over it will do; NULL: it does not exist for him.
 * ERR_NOT_ALLOWED: he sees it, and is none. */
MUST_CHECK enum err tree_context_take_other(const struct tree_context *context, const struct uuid *organization,
                                            const struct tree_organization **ret_other);

#endif
