/* Who acts on whom: found and checked, with what every command about a member begins. The loop's thread; lives as long
 * as the batch. */
#ifndef SOTAY_AUTH_MEMBERSHIP_CONTEXT_H
#define SOTAY_AUTH_MEMBERSHIP_CONTEXT_H

#include "common/loop/loop.h"
#include "services/auth/membership/membership.h"

struct membership_context {
    const struct loop_message *message;
    const struct membership *actor;
    const struct membership *member; /* NULL: somebody who is to be made */
    unsigned standing;               /* the actor's, in the member's branch */
    bool is_self;
};

/* In `want`: whoever acts, and this member. */
void membership_context_want(const struct loop_message *message, const struct uuid *member);

/* ERR_NOT_FOUND: nobody acts, or the actor does not see the member. ERR_NOT_ALLOWED: the actor is suspended, and
 * writes nothing. The context is filled then too: whom it does not see, `member` says, or NULL. */
MUST_CHECK enum err membership_context_take(const struct loop_message *message, const struct uuid *member,
                                            struct membership_context *ret_context);

/* What the actor is to an organisation that the batch knows, when the message was appended; of who is suspended too. */
unsigned membership_actor_standing(const struct loop_message *message, const struct membership *actor,
                                   const struct directory_org *org);
/* organization.read: whether it exists for the actor. */
bool membership_actor_knows(const struct loop_message *message, const struct membership *actor,
                            const struct directory_org *org);

#endif
