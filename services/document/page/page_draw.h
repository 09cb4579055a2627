/* Drawing one page of a file: sotay-draw does it in its sandbox. It blocks; any thread, one page at a time for each. */
#ifndef SOTAY_DOCUMENT_PAGE_DRAW_H
#define SOTAY_DOCUMENT_PAGE_DRAW_H

#include "services/document/extract/output.h"
#include "services/document/page/page_files.h"
#include "sotay/v1/document.pb-c.h"

enum { PAGE_WIDTH = 1200 };

struct page_drawer {
    const char *program, *blob_dir;
    int64_t memory_bytes, cpu_seconds, seconds; /* the last are the clock's, which runs on while others compute */
    bool (*stops)(void *arg);                   /* asked four times a second */
    void *arg;
};

/* `*ret_png` is owned by ctx. ERR_MALFORMED: its time for computing was not enough, and would not be again.
 * ERR_OVERLOADED: it took too long by the clock, or died: of the file, or of this moment. ERR_RETRY: it was told to
 * stop. ERR_UNAVAILABLE: this machine's store does not have the file. ERR_INTERNAL: it could not be started, or not
 * enter its sandbox. */
MUST_CHECK enum err page_draw(TALLOC_CTX *ctx, const struct page_drawer *drawer, const struct page_key *key,
                              enum extract_end *ret_end, ProtobufCBinaryData *ret_png);

#endif
