#include "services/auth/position/position.h"

bool position_may_grant(int granter, Pb__Role role)
{
    if (granter == ROLE_OPERATOR)
        return true;
    return granter == PB__ROLE__ROLE_ADMIN && role < PB__ROLE__ROLE_ADMIN;
}

bool position_fits(Pb__Role role, Pb__Level level)
{
    bool branch = level == PB__LEVEL__LEVEL_BRANCH;
    switch (role) {
    case PB__ROLE__ROLE_SECRETARY:
    case PB__ROLE__ROLE_DEPUTY_SECRETARY:
    case PB__ROLE__ROLE_COMMITTEE_MEMBER: return true;
    case PB__ROLE__ROLE_OFFICER:
    case PB__ROLE__ROLE_ADMIN: return !branch;
    default: return false;
    }
}
