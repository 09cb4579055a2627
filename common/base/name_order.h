/* Names of Vietnamese people, as lists order them and as people search them; auth keeps the results in columns
 * (COLLATE "C": the order is that of the bytes). The readers of a meeting alone are still ordered by ICU. Pure, any
 * thread. Texts are UTF-8 in any normal form; results belong to `ctx`. */
#ifndef SOTAY_COMMON_NAME_ORDER_H
#define SOTAY_COMMON_NAME_ORDER_H

#include <stdbool.h>
#include <talloc.h>

/* | letters of the given name | its tones | letters of the rest | its tones |, joined by the byte 1. The given name is
 * the last word. Letters stand in their alphabet (a ă â b … d đ e ê …), blanks before digits before letters; a tone is
 * its syllable's, wherever it is written (hoà is hòa), in the order of the dictionaries: none, huyền, hỏi, ngã, sắc,
 * nặng. Never empty. */
char *name_order_key(TALLOC_CTX *ctx, const char *name);

/* What is searched: small letters without accents and blanks. */
char *name_order_fold(TALLOC_CTX *ctx, const char *text);
/* The same with accents, in NFC. */
char *name_order_small(TALLOC_CTX *ctx, const char *text);

#endif
