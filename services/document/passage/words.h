/* Words of a text as they are searched: syllables, without capitals, each as it is written and without its accents.
 *
 *   "Kinh tế"    kinh · te, and as written ~tee1
 *   "hòa", "hoà" one word: a tone is the syllable's, wherever it is written; likewise "kỹ" and "kĩ", "quý" and "quí"
 *   "đ"          is an accent: "đa" is da, and as written ~dda
 *   "05-NQ/ĐU"   three words that stand together
 *
 * In PostgreSQL both forms of a word have its position (words_vector), so a question typed without accents finds
 * either, one typed with them only what is written so, word by word. Pure; what is no UTF-8 separates words. Any
 * thread. */
#ifndef SOTAY_DOCUMENT_PASSAGE_WORDS_H
#define SOTAY_DOCUMENT_PASSAGE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

enum {
    WORDS_INDEXED_MOST = 10000,        /* of a passage */
    WORDS_VECTOR_BYTES_MOST = 1000000, /* of both their forms: PostgreSQL refuses a tsvector of more than 1 MiB */
    WORDS_ASKED_MOST = 30,
    WORD_BYTES_MOST = 60,
};

struct word {
    const char *bare;
    const char *written; /* with its accents; NULL: it has none */
    uint32_t start, end; /* in UTF-16 units, as clients count */
    bool is_joined;      /* nothing but a mark stands between the word before and this one */
    bool is_quoted;      /* it stands in "…" with the word before */
};

/* At most so many, the first ones. Owned by ctx. */
struct word *words_read(TALLOC_CTX *ctx, const char *text, size_t most, size_t *ret_n);

/* For a column of type tsvector: 'kinh':1 'te':2 '~tee1':2. The first words, as many as it takes. Owned by ctx. */
char *words_vector(TALLOC_CTX *ctx, const char *text);
/* For a tsquery: all of the words, those in quotation marks and those that are joined one behind the other. NULL: the
 * question has no word. Owned by ctx. */
char *words_query(TALLOC_CTX *ctx, const struct word question[], size_t n);
/* The same where any of these forms, at least one, may stand in the place of the word `at`. */
char *words_query_either(TALLOC_CTX *ctx, const struct word question[], size_t n, size_t at, const char *const forms[],
                         size_t n_forms);
/* The form in which a question wants it; and whether a text's word is what a question's wants. */
const char *word_asked_as(const struct word *asked);
bool word_is_asked(const struct word *word, const struct word *asked);

struct words_range {
    uint32_t start, end;
};
/* Where the question's words stand in a text, runs of them as one, the first `most`. Owned by ctx. */
struct words_range *words_highlight(TALLOC_CTX *ctx, const char *text, const struct word question[], size_t n,
                                    size_t most, size_t *ret_n);

#endif
