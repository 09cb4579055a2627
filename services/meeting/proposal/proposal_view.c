#include "services/meeting/proposal/proposal_view.h"

#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_view.h"

/* protobuf-c's structs hold `char *` though nobody writes through them. */
static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

Pb__Proposal *view_proposal(TALLOC_CTX *ctx, const struct named_proposal *named)
{
    const struct proposal *proposal = &named->is;
    Pb__Proposal *view = mem_new(ctx, Pb__Proposal);
    pb__proposal__init(view);
    view->id = uuid_to_pb(ctx, &proposal->id);
    view->author = view_person(ctx, &proposal->author, named->author);
    view->title = borrowed(proposal->title);
    view->reason = borrowed(proposal->reason);
    view->state = proposal->state;
    view->decision_reason = borrowed(proposal->decision_reason);
    view->has_agenda_item_id = !uuid_is_zero(&proposal->agenda_item);
    if (view->has_agenda_item_id)
        view->agenda_item_id = uuid_to_pb(ctx, &proposal->agenda_item);
    view->created_at_us = proposal->created_at_us;
    return view;
}
