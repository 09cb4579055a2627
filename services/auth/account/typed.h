/* What people type from a card, a letter or a second screen, put right; and codes that are made so that this can be
 * done. Pure, but for the random numbers of typed_code_new. Any thread.
 *
 * A code is of Crockford's base 32: digits and capitals without I, L, O and U. */
#ifndef SOTAY_AUTH_TYPED_H
#define SOTAY_AUTH_TYPED_H

#include <stdint.h>
#include <talloc.h>

enum { CODE_CHARACTERS = 12 }; /* 60 bits, of a letter or a link */

/* Without the spaces that keyboards put round it. Owned by ctx. */
char *typed_card(TALLOC_CTX *ctx, const char *text);
/* In capitals, without spaces and hyphens, O read as 0, I and L as 1. Owned by ctx. */
char *typed_code(TALLOC_CTX *ctx, const char *text);

/* A new random code of `n` characters. Owned by ctx. */
char *typed_code_new(TALLOC_CTX *ctx, size_t n);
/* The code that `n` bytes make, a character each, of five of their bits. Owned by ctx. */
char *typed_code_of(TALLOC_CTX *ctx, const uint8_t *bytes, size_t n);
/* As it is shown, in groups: "7K3M-9QX2-0V5T". Owned by ctx. */
char *typed_code_grouped(TALLOC_CTX *ctx, const char *code, size_t group);

#endif
