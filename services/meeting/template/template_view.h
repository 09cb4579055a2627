/* How an agenda template looks to clients (API.md, "Shapes"). Pure; results live in ctx and borrow their arguments'
 * strings. */
#ifndef SOTAY_MEETING_TEMPLATE_VIEW_H
#define SOTAY_MEETING_TEMPLATE_VIEW_H

#include "services/meeting/template/template.h"

Pb__AgendaTemplate *view_template(TALLOC_CTX *ctx, const struct agenda_template *of);

#endif
