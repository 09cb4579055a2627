#include "services/meeting/template/template_view.h"

#include "common/base/mem.h"

Pb__AgendaTemplate *view_template(TALLOC_CTX *ctx, const struct agenda_template *of)
{
    Pb__AgendaTemplate *view = mem_new(ctx, Pb__AgendaTemplate);
    pb__agenda_template__init(view);
    view->id = uuid_to_pb(ctx, &of->is.id);
    view->title = (char *)(uintptr_t)of->title; /* packed, never written */
    view->minutes = of->minutes;
    view->n_kinds = of->n_kinds;
    view->kinds = mem_array(ctx, Pb__MeetingKind, of->n_kinds);
    for (size_t i = 0; i < of->n_kinds; i++)
        view->kinds[i] = (Pb__MeetingKind)of->kinds[i];
    view->organization_id = uuid_to_pb(ctx, &of->is.organization);
    view->version = of->is.version;
    return view;
}
