/* What a child says (output.h), read by whoever does not trust it: lines become NFC, or the whole is refused. Pure. Any
 * thread. */
#ifndef SOTAY_DOCUMENT_EXTRACT_EXTRACTED_H
#define SOTAY_DOCUMENT_EXTRACT_EXTRACTED_H

#include "common/base/err.h"
#include "services/document/extract/output.h"
#include "services/document/passage/line.h"
#include <stddef.h>
#include <talloc.h>

struct extracted {
    enum extract_end end;
    struct passage_line *lines;
    size_t n;
    int32_t pages; /* 0: the document does not know its pages */
};

/* Everything is owned by ctx. ERR_MALFORMED: it is no such stream, it was cut, a line is no UTF-8, or there are more
 * lines, or pages than `pages_most`. */
MUST_CHECK enum err extracted_read(TALLOC_CTX *ctx, const char *bytes, size_t n, int64_t pages_most,
                                   struct extracted *ret_extracted);

#endif
