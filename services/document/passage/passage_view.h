/* Passages as clients see them: with the words in which each is cited, and where it is read. Pure. */
#ifndef SOTAY_DOCUMENT_PASSAGE_PASSAGE_VIEW_H
#define SOTAY_DOCUMENT_PASSAGE_PASSAGE_VIEW_H

#include "services/document/passage/passage_store.h"
#include "sotay/v1/passage.pb-c.h"

/* Owned by ctx; texts are borrowed from what was found. */
Pb__Passage *passage_view(TALLOC_CTX *ctx, const struct passage_found *found);

#endif
