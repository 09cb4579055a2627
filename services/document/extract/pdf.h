/* The text of a PDF, page by page, in the order in which it was written, with its footnotes (footnotes.h). A page
 * without text is a picture of one, and read as such (scan.h), and so is one whose fonts do not say what they show
 * (unmapped.h). In the sandbox. */
#ifndef SOTAY_DOCUMENT_EXTRACT_PDF_H
#define SOTAY_DOCUMENT_EXTRACT_PDF_H

#include "services/document/extract/output.h"

enum extract_end pdf_extract(const char *bytes, size_t n, struct output *output);

#endif
