#include "services/meeting/told/told_view.h"

#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_view.h"

Pb__ToldMark *view_told(TALLOC_CTX *ctx, const struct named_told *named)
{
    const struct told *told = &named->is;
    Pb__ToldMark *view = mem_new(ctx, Pb__ToldMark);
    pb__told_mark__init(view);
    view->member = view_person(ctx, &told->member, named->member);
    view->has_told_at_us = told->at_us > 0;
    view->told_at_us = told->at_us;
    if (view->has_told_at_us)
        view->told_by = view_person(ctx, &told->by, named->by);
    return view;
}
