/* Reads a roster file (API.md, "Roster files"): UTF-8 CSV, one row a line, a byte-order mark and Windows line ends
 * accepted, and semicolons or tabs instead of commas. One thread. */
#ifndef SOTAY_AUTH_IMPORT_FILE_H
#define SOTAY_AUTH_IMPORT_FILE_H

#include "common/base/err.h"
#include "services/auth/import/import_errors.h"
#include "services/auth/import/roster.h"

#define IMPORT_FIELDS_LIMIT 16

struct import_file;
/* `kind` is the file's name in errors: "organizations.csv". ERR_NOT_FOUND: cannot be read. ERR_INVALID: the header is
 * not `header`; the error is added. Owned by ctx, closes with it. */
MUST_CHECK enum err import_file_open(TALLOC_CTX *ctx, const char *path, const char *kind,
                                     const struct roster_header *header, struct import_errors *errors,
                                     struct import_file **ret_file);
/* The next row: its fields normalised (valid until the next call) and its line. NULL at the end. A line that is no
 * row is added to the errors and passed over. */
const char *const *import_file_next(struct import_file *file, int64_t *ret_line);
int64_t import_file_rows(const struct import_file *file); /* read so far, wrong ones included */
int64_t import_file_line(const struct import_file *file);

/* SHA-256 of a file's bytes. ERR_NOT_FOUND. */
MUST_CHECK enum err import_file_hash(const char *path, uint8_t ret_hash[32]);

#endif
