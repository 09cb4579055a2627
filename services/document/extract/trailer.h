/* Bytes that a child says to its starter, a picture or a file, with how it ended behind them: a stream without that was
 * cut. Pure but for the writing, which blocks. */
#ifndef SOTAY_DOCUMENT_EXTRACT_TRAILER_H
#define SOTAY_DOCUMENT_EXTRACT_TRAILER_H

#include "services/document/extract/output.h"

enum { TRAILER_BYTES_MOST = 16 };

/* False: whoever reads it is gone. */
bool trailer_write_bytes(int fd, const void *bytes, size_t n);
_Noreturn void trailer_end(int fd, enum extract_end end); /* and the process */

/* How a stream of n bytes ended, of which `last` are its last ones, all of them or TRAILER_BYTES_MOST at least, and how
 * many were said before. False: it was cut. */
bool trailer_read(const char *last, size_t n_last, size_t n, enum extract_end *ret_end, size_t *ret_n);

#endif
