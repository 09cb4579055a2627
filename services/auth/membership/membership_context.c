#include "services/auth/membership/membership_context.h"

#include "services/auth/member/member.h"
#include "services/auth/membership/membership_set.h"

void membership_context_want(const struct loop_message *message, const struct uuid *member)
{
    membership_set_want(message->batch, &message->actor);
    membership_set_want(message->batch, member);
}

unsigned membership_actor_standing(const struct loop_message *message, const struct membership *actor,
                                   const struct directory_org *org)
{
    return membership_standing(message->ctx, actor, org, message->now_us);
}

bool membership_actor_knows(const struct loop_message *message, const struct membership *actor,
                            const struct directory_org *org)
{
    const struct directory_org *own = membership_set_organization(message->batch, &actor->now.branch);
    if (membership_actor_standing(message, actor, org) & ~(unsigned)STANDING_ABOVE)
        return true;
    return own && !membership_has_left(actor) && directory_org_is_within(own, &org->id);
}

enum err membership_context_take(const struct loop_message *message, const struct uuid *member,
                                 struct membership_context *ret_context)
{
    struct membership_context context = {
        .message = message,
        .actor = membership_set_find(message->batch, &message->actor),
        .member = membership_set_find(message->batch, member),
        .is_self = message->has_actor && uuid_equal(&message->actor, member),
    };
    *ret_context = context;
    if (!context.actor || !context.member)
        return ERR_NOT_FOUND;
    const struct directory_org *branch = membership_set_organization(message->batch, &context.member->now.branch);
    if (branch)
        context.standing = membership_actor_standing(message, context.actor, branch);
    *ret_context = context;
    if (member_sight(context.standing, context.is_self, membership_has_left(context.member)) == MEMBER_UNSEEN)
        return ERR_NOT_FOUND;
    return membership_is_suspended(context.actor) ? ERR_NOT_ALLOWED : ERR_OK;
}
