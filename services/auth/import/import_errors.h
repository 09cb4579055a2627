/* What was wrong with the files of an import: a buffer between reading them and the table import_error. One thread. */
#ifndef SOTAY_AUTH_IMPORT_ERRORS_H
#define SOTAY_AUTH_IMPORT_ERRORS_H

#include "common/base/array.h"
#include "common/base/err.h"
#include "common/base/uuid.h"
#include <stdbool.h>
#include <stdint.h>

/* So many of one import are kept; the others are counted only. */
#define IMPORT_ERRORS_MOST 100000

struct import_error {
    const char *file, *field; /* constants, or owned by whoever clears the buffer */
    int64_t line;
    enum err code;
    struct uuid member; /* whose line it is; zero: that cannot be read */
    bool is_warning;    /* the line is taken all the same */
};
struct import_errors {
    TALLOC_CTX *ctx;                 /* owns them */
    ARRAY(struct import_error) kept; /* those that are not in the table yet */
    int64_t count, warnings;         /* all */
};
/* Counts it, and keeps it while there are no more than IMPORT_ERRORS_MOST. */
void import_errors_add(struct import_errors *errors, const struct import_error *error);
void import_errors_warn(struct import_errors *errors, const struct import_error *warning); /* likewise */
void import_errors_clear(struct import_errors *errors);                                    /* they are in the table */

#endif
