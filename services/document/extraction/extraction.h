/* Reading files for their passages: who does it, and with what.
 *
 *   a batch keeps a new content ─▶ extraction_store.c: a text's passages at once, of a file a row of extraction_job
 *   extraction_worker.c takes it ─▶ extraction_run.c ─▶ extract/extractor.c: sotay-extract in its sandbox
 *        ─▶ extraction_store.c: a slice of its pages in one commit, and the job goes behind those that wait
 *        ─▶ or, behind the last: passage/passage.c ─▶ extraction_store.c: passages, document, the end of the job in one
 *
 * Pure. Any thread. */
#ifndef SOTAY_DOCUMENT_EXTRACTION_EXTRACTION_H
#define SOTAY_DOCUMENT_EXTRACTION_EXTRACTION_H

#include "services/document/passage/passage.h"

/* Of a text as it was written, which has no pages. Everything is owned by ctx. */
struct passage *extraction_of_text(TALLOC_CTX *ctx, const char *text, size_t *ret_n);

#endif
