/* Who sees a document, as the gateway's streams ask (envelope.proto, Reach): document_may_read, said so that it can be
 * decided for many elsewhere. tests/unit/test_reach.c compares the two. Pure, any thread. */
#ifndef SOTAY_DOCUMENT_REACH_H
#define SOTAY_DOCUMENT_REACH_H

#include "services/document/document/document.h"

/* Of the document its id, version, issuer, author, audience, classification, state and whether it is hidden are read.
 * `path`: of the organisation that issued it, itself last. `covered`: all whose places its audience holds. Owned
 * by ctx. */
Pb__Reach *document_reach(TALLOC_CTX *ctx, const struct document *document, const struct uuid path[], size_t n_path,
                          const struct uuid covered[], size_t n_covered);

#endif
