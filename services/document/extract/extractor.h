/* Starting sotay-extract for a file, and hearing it out: whatever it does, it is over after `seconds`, and no more than
 * `output_bytes` is kept of what it says. It blocks; any thread, one file at a time for each. */
#ifndef SOTAY_DOCUMENT_EXTRACT_EXTRACTOR_H
#define SOTAY_DOCUMENT_EXTRACT_EXTRACTOR_H

#include "services/document/extract/extracted.h"
#include <stdbool.h>

struct extractor {
    const char *program; /* path of sotay-extract */
    int64_t memory_bytes, cpu_seconds, seconds, pages, output_bytes;
    bool (*stops)(void *arg); /* asked four times a second; NULL: never */
    void *arg;
};

/* Of an open file, which stays the caller's. ERR_MALFORMED: it died of the file, said nonsense or took too long, and
 * would again. ERR_RETRY: it was told to stop. ERR_INTERNAL: it could not be started. */
MUST_CHECK enum err extractor_run(TALLOC_CTX *ctx, const struct extractor *extractor, int file,
                                  struct extracted *ret_extracted);

#endif
