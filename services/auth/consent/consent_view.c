#include "services/auth/consent/consent_view.h"

#include "common/base/mem.h"

Pb__Consent *consent_view(TALLOC_CTX *ctx, const struct consent *consent)
{
    Pb__Consent *view = mem_new(ctx, Pb__Consent);
    pb__consent__init(view);
    view->purpose = (char *)consent->purpose;
    view->granted = consent->granted;
    view->text_version = (char *)consent->text_version;
    view->has_at_us = consent->text_version != NULL;
    view->at_us = consent->at_us;
    return view;
}
