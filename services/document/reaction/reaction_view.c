#include "services/document/reaction/reaction_view.h"

#include "common/base/mem.h"

Pb__Reaction *reaction_view(TALLOC_CTX *ctx, const struct reaction *mine, const struct reaction_counts *counts)
{
    Pb__Reaction *view = mem_new(ctx, Pb__Reaction);
    pb__reaction__init(view);
    view->target_id = uuid_to_pb(ctx, &mine->target);
    view->counts = mem_new(ctx, Pb__Reaction__Counts);
    pb__reaction__counts__init(view->counts);
    view->counts->too_high = counts->n[PB__REACTION_VALUE__REACTION_VALUE_TOO_HIGH];
    view->counts->about_right = counts->n[PB__REACTION_VALUE__REACTION_VALUE_ABOUT_RIGHT];
    view->counts->too_low = counts->n[PB__REACTION_VALUE__REACTION_VALUE_TOO_LOW];
    view->counts->unclear = counts->n[PB__REACTION_VALUE__REACTION_VALUE_UNCLEAR];
    view->has_mine = mine->is_there;
    view->mine = mine->value;
    return view;
}
