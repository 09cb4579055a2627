/* Which lines of a text begin inside a quotation. Marks in pairs (“ ”, « ») nest; of straight ones the next that closes
 * belongs to the last that opened. What is opened and never closed quotes nothing. Footnotes and rows of tables are no
 * more the text's own. Pure. Any thread. */
#ifndef SOTAY_DOCUMENT_PASSAGE_QUOTES_H
#define SOTAY_DOCUMENT_PASSAGE_QUOTES_H

#include "services/document/passage/line.h"
#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

/* One for each line, owned by ctx. */
bool *quotes_mark(TALLOC_CTX *ctx, const struct passage_line *lines, size_t n);

#endif
