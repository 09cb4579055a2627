/* What was wrong with the files of an import. One thread. */
#ifndef SOTAY_AUTH_IMPORT_ERRORS_H
#define SOTAY_AUTH_IMPORT_ERRORS_H

#include "common/base/array.h"
#include "common/base/err.h"
#include <stdint.h>

#define IMPORT_ERRORS_KEPT 10000

struct import_error {
    const char *file, *field; /* constants */
    int64_t line;
    enum err code;
};
struct import_errors {
    TALLOC_CTX *ctx;                 /* owns them */
    ARRAY(struct import_error) kept; /* the first IMPORT_ERRORS_KEPT */
    int64_t count;                   /* all */
};
/* `file` and `field` are constants. */
void import_errors_add(struct import_errors *errors, const char *file, int64_t line, const char *field, enum err code);

#endif
