#include "services/auth/membership/membership_access.h"

#include "services/auth/position/position.h"

bool membership_may_create(const struct membership *actor, unsigned standing)
{
    return !membership_is_suspended(actor) && (standing & (STANDING_SECRETARY | STANDING_ADMIN));
}

static bool holds_elsewhere(const struct membership *member)
{
    for (size_t i = 0; i < member->n_positions; i++)
        if (member->positions[i].to_us == 0 && !uuid_equal(&member->positions[i].organization, &member->now.branch))
            return true;
    return false;
}

/* Whoever is suspended or leaves loses what he may: nobody takes it from himself or from an administrator, and a
 * secretary takes nothing that is held outside of his branch. */
static bool may_take(const struct membership_context *context)
{
    if (context->standing & STANDING_ADMIN)
        return !context->is_self && position_may_grant(PB__ROLE__ROLE_ADMIN, membership_rank(context->member));
    return membership_rank(context->member) < PB__ROLE__ROLE_OFFICER && !holds_elsewhere(context->member);
}

bool membership_may_edit(const struct membership_context *context, const struct membership_edit *edit)
{
    bool names_status = edit->sets_status || edit->sets_exempt || edit->left_reason.is_known || edit->has_effective_on;
    bool takes = edit->sets_status && (edit->status == PB__MEMBER_STATUS__MEMBER_STATUS_LEFT ||
                                       edit->status == PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED);
    if (takes && !may_take(context))
        return false;
    if (context->standing & STANDING_ADMIN)
        return true;
    if (edit->full_name || edit->sets_occupation || (edit->sets_phone && !context->is_self))
        return false;
    return (edit->sets_phone && !names_status) || (context->standing & STANDING_SECRETARY);
}

bool membership_may_merge(const struct membership_context *member, const struct membership_context *duplicate)
{
    return (member->standing & STANDING_ADMIN) && (duplicate->standing & STANDING_ADMIN) && !member->is_self &&
           !duplicate->is_self && position_may_grant(PB__ROLE__ROLE_ADMIN, membership_rank(duplicate->member));
}
