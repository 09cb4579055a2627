/* What a letter says: pure data, and where its code leads. Any thread.
 *
 * From the bottom up:
 *   letter_texts.h          the words
 *   letter_qr.h             the code as a picture that a telephone reads
 *   letter_draw.h           one letter
 *   letter_pdf.h            letters on pages
 *   letter_store.h          for whom letters may be made
 *   letter_rule.h           and by whom
 *   activation_letters.h    the call */
#ifndef SOTAY_AUTH_LETTER_H
#define SOTAY_AUTH_LETTER_H

#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

/* Of the configuration; set once, when it is read. */
struct letter_config {
    const char *public_origin; /* "https://sotay.example.vn": what people open */
    const char *support_phone; /* "": there is none */
};
extern struct letter_config letter_config;

struct letter {
    bool recovers; /* an account that was there before; else: its first sign-in */
    const char *full_name, *branch, *card_number;
    const char *code;   /* as it is shown: in groups */
    int32_t until_date; /* its last day */
};

/* The page where a code is entered, and the same with card and code behind a '#', which no server and no log sees.
 * Owned by ctx. */
char *letter_page(TALLOC_CTX *ctx);
char *letter_url(TALLOC_CTX *ctx, const struct letter *letter);

/* The last local day that is wholly before `expires_at_us`. */
int32_t letter_last_day(int64_t expires_at_us);

#endif
