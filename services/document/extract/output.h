/* What the child writes to its pipe, and the parent reads (extracted.h). Lines of bytes, each with a letter in front:
 *
 *     T<number>    how many pages there are, first and once, where that is known before they are read
 *     P            a page begins; a document that does not know its pages has none
 *     L<text>      a line of text, without control characters
 *     R<text>      a row of a table
 *     N<text>      a line of a footnote
 *     E<word>      the end, last and once: how it ended (enum extract_end)
 *
 * A stream without its end was cut. Writing more than is allowed ends it. One thread; it blocks for the pipe. */
#ifndef SOTAY_DOCUMENT_EXTRACT_OUTPUT_H
#define SOTAY_DOCUMENT_EXTRACT_OUTPUT_H

#include "services/document/passage/line.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum extract_end {
    EXTRACT_DONE,
    EXTRACT_MORE,      /* pages are left, for the next slice */
    EXTRACT_LOCKED,    /* it asks for a password */
    EXTRACT_BROKEN,    /* it is not what it says, or cannot be read */
    EXTRACT_TOO_LARGE, /* more pages, more text or more memory than is read with */
    EXTRACT_TOO_SLOW,  /* more computing than is read with; no child says it of itself */
    EXTRACT_OTHER,     /* of a kind that has no text that is read */
    EXTRACT_NO_PAGE,   /* it has not so many; of its text it is never said */
    EXTRACT_ENDS
};
const char *extract_end_word(enum extract_end end);
bool extract_end_of(const char *word, size_t n, enum extract_end *ret_end); /* false: it is none */

char output_letter(enum line_kind kind); /* in front of a line of that kind */

/* Whoever reads them pays for each, however short: no book has so many. */
enum { OUTPUT_LINES_MOST = 500000 };

/* What it costs to read a page: a slice of a file ends behind so many. */
enum { EFFORT_OF_TEXT = 1, EFFORT_OF_SCAN = 12, EFFORT_OF_SLICE = 60 };

struct output_limits {
    int64_t pages, bytes; /* of the file; of what is said */
    int64_t first;        /* the page to begin with, from 1 */
    int64_t effort;
};
struct output {
    int fd;
    int64_t pages_left, bytes_left, lines_left, first, effort_left;
    bool is_blank; /* so was the last line */
    size_t n;
    char buffer[1 << 14];
};

void output_init(struct output *output, int fd, const struct output_limits *limits);
/* Each ends the process (EXTRACT_TOO_LARGE) when there is more than may be. */
void output_total(struct output *output, int64_t pages);
void output_page(struct output *output);
/* Text of n bytes, in as many lines as it has, but of empty ones in a row only the first; control characters become
 * blanks. */
void output_text(struct output *output, const char *text, size_t n);
void output_lines(struct output *output, enum line_kind kind, const char *text, size_t n); /* of one kind */
/* A page has cost so much. */
void output_spend(struct output *output, int64_t effort);
bool output_is_full(const struct output *output);                       /* the slice ends here: EXTRACT_MORE */
_Noreturn void output_end(struct output *output, enum extract_end end); /* and the process */

#endif
