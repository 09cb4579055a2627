/* Starting sotay-extract for a slice of a file, and hearing it out: whatever it does, it is over after `seconds`, and
 * no more than `output_bytes` is kept of what it says. It blocks; any thread, one file at a time for each. */
#ifndef SOTAY_DOCUMENT_EXTRACT_EXTRACTOR_H
#define SOTAY_DOCUMENT_EXTRACT_EXTRACTOR_H

#include "services/document/extract/extracted.h"
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

struct extractor {
    const char *program; /* path of sotay-extract */
    int64_t memory_bytes, cpu_seconds, seconds, pages, output_bytes;
    int32_t pages_before;     /* of the file, that were read by then */
    int64_t effort;           /* of the slice (output.h) */
    bool (*stops)(void *arg); /* asked four times a second; NULL: never */
    void *arg;
};

/* Of an open file, which stays the caller's; *ret_said is the stream itself, as extracted_read read it. What happens
 * to the child is either the file's fault or the machine's:
 *
 *   ERR_OK           it said how it ended, or its computing was not enough: EXTRACT_TOO_SLOW, and would not be again
 *   ERR_MALFORMED    it died of something, said nonsense, or took too long by the clock: most likely the file's fault,
 *                    and if it is so again, `end` says which
 *   ERR_UNAVAILABLE  it could not be started or could not enter its sandbox, it was killed by others (as where memory
 *                    ran out: `end` is EXTRACT_TOO_LARGE), or its file could not be read: nothing is known of the file
 *   ERR_RETRY        it was told to stop */
MUST_CHECK enum err extractor_run(TALLOC_CTX *ctx, const struct extractor *extractor, int file,
                                  struct extracted *ret_extracted, ProtobufCBinaryData *ret_said);

#endif
