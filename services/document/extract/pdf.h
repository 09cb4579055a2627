/* The text of a PDF, page by page, in the order in which it was written; a page without text is a picture of one, and
 * read as such (scan.h). In the sandbox. */
#ifndef SOTAY_DOCUMENT_EXTRACT_PDF_H
#define SOTAY_DOCUMENT_EXTRACT_PDF_H

#include "services/document/extract/output.h"

enum extract_end pdf_extract(const char *bytes, size_t n, struct output *output);

#endif
