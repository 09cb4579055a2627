/* A plain text: its lines as they stand, form feeds between its pages. In the sandbox. */
#ifndef SOTAY_DOCUMENT_EXTRACT_PLAIN_H
#define SOTAY_DOCUMENT_EXTRACT_PLAIN_H

#include "services/document/extract/output.h"

enum extract_end plain_extract(const char *bytes, size_t n, struct output *output);

#endif
