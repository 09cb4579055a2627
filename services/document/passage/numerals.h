/* Numbers as texts count: roman ones, letters. Pure. Any thread. */
#ifndef SOTAY_DOCUMENT_PASSAGE_NUMERALS_H
#define SOTAY_DOCUMENT_PASSAGE_NUMERALS_H

#include <stdbool.h>

/* Both take `text`, a result of common/base/mem.h, and return what it became. */
char *numerals_append_roman(char *text, int number, bool is_small);
char *numerals_append_latin(char *text, int number, bool is_small); /* a to z, aa, bb: as word processors count */

#endif
