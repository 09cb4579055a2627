#include "services/meeting/reach/reach.h"

#include "services/directory/reach.h"

static void add_here(TALLOC_CTX *ctx, const struct meeting *meeting, Pb__Role role, Pb__Reach *reach)
{
    reach_add_places(ctx, reach, &meeting->organization, 1, &role, 1);
}

Pb__Reach *meeting_reach(TALLOC_CTX *ctx, const struct meeting *meeting, const struct uuid path[], size_t n_path)
{
    static const Pb__Role OFFICER = PB__ROLE__ROLE_OFFICER;
    Pb__Reach *reach = reach_new(ctx, &meeting->id, meeting->version);
    bool is_executive = meeting_is_executive(meeting->kind);
    add_here(ctx, meeting, PB__ROLE__ROLE_SECRETARY, reach);
    add_here(ctx, meeting, PB__ROLE__ROLE_DEPUTY_SECRETARY, reach);
    if (is_executive)
        add_here(ctx, meeting, PB__ROLE__ROLE_OFFICER, reach);
    if (meeting->state == PB__MEETING_STATE__MEETING_STATE_DRAFT)
        return reach;
    add_here(ctx, meeting, PB__ROLE__ROLE_MEMBER, reach);
    if (is_executive)
        add_here(ctx, meeting, PB__ROLE__ROLE_COMMITTEE_MEMBER, reach);
    reach_add_places(ctx, reach, path, n_path, &OFFICER, 1);
    return reach;
}
