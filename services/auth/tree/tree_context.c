#include "services/auth/tree/tree_context.h"

#include "services/auth/membership/membership_context.h"
#include "services/auth/membership/membership_set.h"
#include "services/auth/tree/tree_set.h"

void tree_context_want(const struct loop_message *message, const struct uuid *organization)
{
    membership_set_want(message->batch, &message->actor);
    tree_set_want(message->batch, organization);
}

enum err tree_context_take(const struct loop_message *message, const struct uuid *organization,
                           struct tree_context *ret_context)
{
    struct tree_context context = {
        .message = message,
        .actor = membership_set_find(message->batch, &message->actor),
        .organization = tree_set_find(message->batch, organization),
    };
    if (!context.actor || !context.organization ||
        !membership_actor_knows(message, context.actor, &context.organization->org))
        return ERR_NOT_FOUND;
    context.standing = membership_actor_standing(message, context.actor, &context.organization->org);
    *ret_context = context;
    return membership_is_suspended(context.actor) ? ERR_NOT_ALLOWED : ERR_OK;
}

enum err tree_context_take_other(const struct tree_context *context, const struct uuid *organization,
                                 const struct tree_organization **ret_other)
{
    struct tree_context other;
    enum err err = tree_context_take(context->message, organization, &other);
    *ret_other = err ? NULL : other.organization;
    if (err == ERR_NOT_FOUND)
        return ERR_OK;
    return !err && !(other.standing & STANDING_ADMIN) ? ERR_NOT_ALLOWED : err;
}
