/* Reads a roster file (API.md, "Roster files"): UTF-8 CSV, one row a line, a byte-order mark and Windows line ends
 * accepted, and semicolons or tabs instead of commas. Whatever the file holds, no more than a line of 16 KiB is in
 * memory. One thread. */
#ifndef SOTAY_AUTH_IMPORT_FILE_H
#define SOTAY_AUTH_IMPORT_FILE_H

#include "common/base/err.h"
#include "services/auth/import/import_errors.h"
#include "services/auth/import/roster.h"

#define IMPORT_FIELDS_LIMIT 16

struct import_file;
/* `kind` is the file's name in errors: "organizations.csv". ERR_NOT_FOUND: cannot be read. ERR_ROSTER_HEADER: its
 * columns are not those of `header`; each that is missing or unknown is added to the errors. Owned by ctx, closes with
 * it. */
MUST_CHECK enum err import_file_open(TALLOC_CTX *ctx, const char *path, const char *kind,
                                     const struct roster_header *header, struct import_errors *errors,
                                     struct import_file **ret_file);
/* The next row: its fields normalised (valid until the next call) and its line. NULL at the end. A line that is no
 * row is added to the errors and passed over. */
const char *const *import_file_next(struct import_file *file, int64_t *ret_line);
int64_t import_file_rows(const struct import_file *file); /* read so far, wrong ones included */
int64_t import_file_line(const struct import_file *file);

/* SHA-256 of a file's bytes, and how many ends of lines it has. ERR_NOT_FOUND: it cannot be read. */
#define IMPORT_HASH_BYTES 32
MUST_CHECK enum err import_file_measure(const char *path, uint8_t ret_hash[IMPORT_HASH_BYTES], int64_t *ret_lines);

#endif
