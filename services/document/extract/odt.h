/* The text of an ODT: its paragraphs with the numbers of their lists, pages where the writer noted them; neither notes,
 * comments nor what was deleted and is still tracked. In the sandbox. */
#ifndef SOTAY_DOCUMENT_EXTRACT_ODT_H
#define SOTAY_DOCUMENT_EXTRACT_ODT_H

#include "services/document/extract/output.h"
#include "services/document/extract/xml.h"

enum extract_end odt_extract(const struct archive *archive, struct output *output);

#endif
