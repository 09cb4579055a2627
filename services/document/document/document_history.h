/* What one change of a document was: its action, and the fields that changed. Pure; results live in ctx. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_HISTORY_H
#define SOTAY_DOCUMENT_DOCUMENT_HISTORY_H

#include "services/document/document/document.h"

/* `was` NULL: it is made. Without time, actor and reason. */
Pb__DocumentHistory *document_history(TALLOC_CTX *ctx, const struct document *was, const struct document *next);

#endif
