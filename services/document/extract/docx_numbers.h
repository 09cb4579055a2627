/* Numbers of Word's lists: paragraphs do not hold them, numbering.xml says how they are counted (restarts, overrides,
 * styles and what these are based on). In the sandbox. */
#ifndef SOTAY_DOCUMENT_EXTRACT_DOCX_NUMBERS_H
#define SOTAY_DOCUMENT_EXTRACT_DOCX_NUMBERS_H

#include "services/document/extract/xml.h"

struct docx_numbers;
/* Either may be NULL: the document has none. */
struct docx_numbers *docx_numbers_new(TALLOC_CTX *ctx, const xmlNode *numbering, const xmlNode *styles);
/* What stands before the next paragraph, with these properties (NULL: none): "a)", "1.2."; owned by ctx, NULL: nothing.
 * It counts, so each paragraph asks once, in order. */
char *docx_numbers_next(struct docx_numbers *numbers, TALLOC_CTX *ctx, const xmlNode *properties);

#endif
