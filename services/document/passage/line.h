/* A line of a document, as reading it gives it. Pure. */
#ifndef SOTAY_DOCUMENT_PASSAGE_LINE_H
#define SOTAY_DOCUMENT_PASSAGE_LINE_H

#include <stdint.h>

enum line_kind {
    LINE_OF_TEXT,
    LINE_OF_TABLE, /* a row: no heading, and a paragraph of its own */
    LINE_OF_NOTE,  /* at the foot of its page: the text above it goes on behind it */
    LINE_KINDS
};
struct passage_line {
    const char *text; /* NFC, without a line break */
    int32_t page;     /* from 1; 0: the document has no pages */
    enum line_kind kind;
};

#endif
