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
    int32_t pages; /* that were read now; 0: the document does not know its pages */
    int32_t total; /* that there are; 0: nobody knew before they were read */
};

/* Which slice it is of. */
struct extracted_bounds {
    int32_t pages_before; /* that were read by the slices before */
    int64_t pages_most;
};

/* Everything is owned by ctx. ERR_MALFORMED: it is no such stream, it was cut, a line is no UTF-8, there are more
 * lines, or pages than may be, or it says that there are more pages and reads none, or that there are none and leaves
 * some. */
MUST_CHECK enum err extracted_read(TALLOC_CTX *ctx, const struct extracted_bounds *bounds, const char *bytes, size_t n,
                                   struct extracted *ret_extracted);

#endif
