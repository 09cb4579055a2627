/* Footnotes of a page of a PDF, among its text in the order in which it was written: what stands there goes on overleaf
 * behind them. They are what is set smaller below all else, begins with a mark ("1", "[1]", "*"), and is referred to
 * above by the same mark, set smaller still. Where one of these is missing, nothing is taken for a footnote.
 *
 * Pure. Any thread. */
#ifndef SOTAY_DOCUMENT_EXTRACT_FOOTNOTES_H
#define SOTAY_DOCUMENT_EXTRACT_FOOTNOTES_H

#include "services/document/extract/poppler_text.h"
#include <stdbool.h>
#include <stddef.h>

/* Whether its text alone allows for some: to ask for the page's words costs as much as its text. */
bool footnotes_may_be(const char *text, size_t n);
/* The words are put into another order. They begin and end with lines of the text: *ret_from, up to *ret_to. False:
 * there are none. */
bool footnotes_find(struct poppler_word words[], size_t n_words, const char *text, size_t n, size_t *ret_from,
                    size_t *ret_to);

#endif
