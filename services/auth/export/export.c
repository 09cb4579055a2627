#include "services/auth/export/export.h"

#include "common/base/mem.h"

Pb__Export *export_view(TALLOC_CTX *ctx, const struct own_export *export)
{
    Pb__Export *view = mem_new(ctx, Pb__Export);
    pb__export__init(view);
    view->id = uuid_to_pb(ctx, &export->id);
    view->kind = PB__EXPORT_KIND__EXPORT_KIND_OWN_DATA;
    view->format = PB__EXPORT_FORMAT__EXPORT_FORMAT_JSON;
    view->state = PB__EXPORT_STATE__EXPORT_STATE_READY;
    view->expires_at_us = export->expires_at_us;
    return view;
}
