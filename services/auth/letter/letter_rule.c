#include "services/auth/letter/letter_rule.h"

#include "common/base/array.h"

static const int32_t BELOW_SECRETARY[] = {PB__ROLE__ROLE_DEPUTY_SECRETARY, PB__ROLE__ROLE_COMMITTEE_MEMBER};
static const int32_t BELOW_ADMIN[] = {PB__ROLE__ROLE_DEPUTY_SECRETARY, PB__ROLE__ROLE_SECRETARY,
                                      PB__ROLE__ROLE_COMMITTEE_MEMBER, PB__ROLE__ROLE_OFFICER};

enum err letter_rule(const struct directory_scope *scope, const struct directory_org *org,
                     struct letter_filter *ret_filter)
{
    unsigned standing = directory_scope_standing(scope, org);
    if (standing & STANDING_ADMIN)
        *ret_filter = (struct letter_filter){.organization = org->id,
                                             .subtree = true,
                                             .roles = BELOW_ADMIN,
                                             .n_roles = ARRAY_LENGTH(BELOW_ADMIN),
                                             .within = scope->admins,
                                             .n_within = scope->n_admins};
    else if (standing & STANDING_SECRETARY)
        *ret_filter = (struct letter_filter){.organization = org->id,
                                             .roles = BELOW_SECRETARY,
                                             .n_roles = ARRAY_LENGTH(BELOW_SECRETARY),
                                             .within = &org->id,
                                             .n_within = 1};
    else
        return ERR_NOT_ALLOWED;
    return ERR_OK;
}
