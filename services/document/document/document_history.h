/* What one change of a document was: its action, and the fields that changed. Pure; results live in ctx. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_HISTORY_H
#define SOTAY_DOCUMENT_DOCUMENT_HISTORY_H

#include "services/document/document/document.h"

/* `was` NULL: it is made. Without time, actor and reason. */
Pb__DocumentHistory *document_history(TALLOC_CTX *ctx, const struct document *was, const struct document *next);
/* It was these clauses that others took the place of. */
void document_history_of_clauses(TALLOC_CTX *ctx, const char *clauses, Pb__DocumentHistory *history);

#endif
