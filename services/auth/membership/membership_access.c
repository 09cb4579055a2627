#include "services/auth/membership/membership_access.h"

#include "services/auth/position/position.h"

bool membership_may_create(const struct membership *actor, unsigned standing)
{
    return !membership_is_suspended(actor) && (standing & (STANDING_SECRETARY | STANDING_ADMIN));
}

/* Whoever is suspended or leaves loses what he may: a secretary takes it from no officer and no administrator. */
static bool may_set_status(const struct membership_context *context, const struct membership_edit *edit)
{
    bool takes = edit->sets_status && (edit->status == PB__MEMBER_STATUS__MEMBER_STATUS_LEFT ||
                                       edit->status == PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED);
    return (context->standing & STANDING_SECRETARY) &&
           !(takes && membership_rank(context->member) >= PB__ROLE__ROLE_OFFICER);
}

bool membership_may_edit(const struct membership_context *context, const struct membership_edit *edit)
{
    bool names_status = edit->sets_status || edit->sets_exempt || edit->left_reason.is_known || edit->has_effective_on;
    if (context->standing & STANDING_ADMIN)
        return true;
    if (edit->full_name || edit->sets_occupation || (edit->sets_phone && !context->is_self))
        return false;
    return (edit->sets_phone && !names_status) || may_set_status(context, edit);
}

bool membership_may_merge(const struct membership_context *member, const struct membership_context *duplicate)
{
    return (member->standing & STANDING_ADMIN) && (duplicate->standing & STANDING_ADMIN) && !member->is_self &&
           !duplicate->is_self && position_may_grant(PB__ROLE__ROLE_ADMIN, membership_rank(duplicate->member));
}
