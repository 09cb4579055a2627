/* Passages as clients see them: with the words in which each is cited, and where it is read. Pure. */
#ifndef SOTAY_DOCUMENT_PASSAGE_PASSAGE_VIEW_H
#define SOTAY_DOCUMENT_PASSAGE_PASSAGE_VIEW_H

#include "services/document/passage/passage_store.h"
#include "sotay/v1/passage.pb-c.h"

/* Owned by ctx; texts are borrowed from what was found. */
Pb__Passage *passage_view(TALLOC_CTX *ctx, const struct passage_found *found);

/* Texts one under the other, whole letters of at most so many bytes. What goes on behind them, there or `goes_on`, is
 * marked by a sign. Owned by ctx. */
char *passage_view_text(TALLOC_CTX *ctx, const char *const texts[], size_t n, size_t bytes_most, bool goes_on);

#endif
