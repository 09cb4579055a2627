/* The letters of a line, one by one. What is no UTF-8 is LETTERS_NONE and one byte. Pure. Any thread. */
#ifndef SOTAY_DOCUMENT_PASSAGE_LETTERS_H
#define SOTAY_DOCUMENT_PASSAGE_LETTERS_H

#include <stdbool.h>
#include <stdint.h>

enum { LETTERS_NONE = -1 };

/* The letter at *text, behind which *text then stands; 0 at the end, and *text stays. */
int32_t letters_next(const char **text);
int32_t letters_small(int32_t letter); /* as a small letter; Eth, which some keyboards write for Đ, is đ */
bool letters_is_capital(int32_t letter);
bool letters_is_small(int32_t letter);
bool letters_is_blank(int32_t letter); /* and the blanks of typesetters */

const char *letters_skip_blanks(const char *text);
/* Behind `word`, which is given in small letters, in whatever letters it stands at the beginning; NULL: it does not. */
const char *letters_skip_word(const char *text, const char *word);
bool letters_are_loud(const char *text); /* two capitals or more, and no small letter */

#endif
