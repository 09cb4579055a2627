/* A turn of one job: the next slice of its file is read in the sandbox and kept; behind the last one all is divided and
 * kept as passages. Killed anywhere, whoever takes it next goes on behind the last slice that was kept. */
#ifndef SOTAY_DOCUMENT_EXTRACTION_EXTRACTION_RUN_H
#define SOTAY_DOCUMENT_EXTRACTION_EXTRACTION_RUN_H

#include "services/document/extract/extractor.h"
#include "services/document/extraction/extraction_store.h"

/* A slice that fails so often by itself fails its document; so does one that was begun so often and never ended, as it
 * may be what kills us. What the machine does to it counts for nothing, but that its reader was killed so often in a
 * row, which takes a night: then it needs more memory than this machine will ever give it. */
enum { EXTRACTION_TRIES = 3, EXTRACTION_BEGUN_MOST = 10, EXTRACTION_KILLED_MOST = 30 };

struct extraction_options {
    struct pg *pg; /* the worker's own */
    struct uuid holder;
    const char *blob_dir;         /* the gateways' store */
    struct extractor extractor;   /* without `stops` and what the job says */
    int64_t (*now_us)(void *arg); /* the service's, with the demo clock's offset */
    bool (*stops)(void *arg);
    void *arg;
};
/* Takes a job and blocks until a slice of it is read. *ret_found false: none waits. ERR_OWNER_LOST: it has another
 * content since. A file that cannot be read fails the document, not the job: OK. Others: it is to be tried again, when
 * it has rested. */
MUST_CHECK enum err extraction_run(TALLOC_CTX *ctx, const struct extraction_options *options, bool *ret_found);

#endif
