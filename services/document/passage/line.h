/* A line of a document, as reading it gives it. Pure. */
#ifndef SOTAY_DOCUMENT_PASSAGE_LINE_H
#define SOTAY_DOCUMENT_PASSAGE_LINE_H

#include <stdint.h>

struct passage_line {
    const char *text; /* NFC, without a line break */
    int32_t page;     /* from 1; 0: the document has no pages */
};

#endif
