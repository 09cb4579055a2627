/* The text of a DOCX: its paragraphs with the numbers of their lists, pages where Word noted them. What was deleted
 * and is still tracked, macros, links to other files and footnotes are not its text. In the sandbox. */
#ifndef SOTAY_DOCUMENT_EXTRACT_DOCX_H
#define SOTAY_DOCUMENT_EXTRACT_DOCX_H

#include "services/document/extract/output.h"
#include "services/document/extract/xml.h"

enum extract_end docx_extract(const struct archive *archive, struct output *output);

#endif
