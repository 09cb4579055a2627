/* Slips of the finger: what may have been meant by a word that nobody has written so, and the question without it. A
 * slip is one letter left out, one too many, another one, or two that have changed places; which accents there are does
 * not matter. Pure. Any thread. */
#ifndef SOTAY_DOCUMENT_SEARCH_SLIP_H
#define SOTAY_DOCUMENT_SEARCH_SLIP_H

#include "services/document/passage/words.h"

/* Two to twelve letters of a to z: a number or a single letter is what it is. */
bool slip_is_possible(const struct word *word);
/* The word itself without accents, and then whatever is one slip away: letters exchanged, one too many, one left out,
 * another one; some are there twice. Owned by ctx. */
const char **slip_spellings(TALLOC_CTX *ctx, const struct word *word, size_t *ret_n);

bool slip_is_among(const char *form, const char *const forms[], size_t n);

/* The question with a word of the text in the place of its word `at`: as the text writes it, but for capitals. Of the
 * text's words that have one of these forms, and stand in the same phrase where the question's does, it is the first
 * that has most of its neighbours in common with the question's. NULL: there is none. Owned by ctx. */
struct slip_question {
    const char *text;
    const struct word *words; /* of it */
    size_t n;
};
char *slip_mended(TALLOC_CTX *ctx, const struct slip_question *question, size_t at, const char *const forms[],
                  size_t n_forms, const char *text);

#endif
