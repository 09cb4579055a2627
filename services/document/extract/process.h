/* Starting a program that parses strangers' files in its sandbox, and hearing it out: whatever it does, it is over
 * after `seconds`. It blocks; any thread, one process at a time for each. */
#ifndef SOTAY_DOCUMENT_EXTRACT_PROCESS_H
#define SOTAY_DOCUMENT_EXTRACT_PROCESS_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

enum { PROCESS_FILES_MOST = 64 };

struct process {
    const char *program;
    const int64_t *arguments;
    size_t n_arguments;
    /* Open, and the caller's: the first is its standard input, others stand behind the standard ones. */
    const int *files;
    size_t n_files;
    int64_t seconds;
    bool (*stops)(void *arg); /* asked four times a second; NULL: never */
    void *stops_arg;
    enum err (*said)(void *arg, const char *bytes, size_t n); /* a part of what it says; an error ends it */
    void *said_arg;
    int *ret_status; /* how it ended, as waitpid says; NULL: nobody asks */
};

/* ERR_MALFORMED: it took too long, and would again. ERR_RETRY: it was told to stop. ERR_INTERNAL: it could not be
 * started. What `said` returns. */
MUST_CHECK enum err process_run(TALLOC_CTX *ctx, const struct process *process);

/* The path that is configured, or where there is none ("") of `name` beside our own program, wherever that was started
 * from. Owned by ctx. */
char *process_program(TALLOC_CTX *ctx, const char *configured, const char *name);

#endif
