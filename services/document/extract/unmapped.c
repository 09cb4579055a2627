#include "services/document/extract/unmapped.h"

#include <utf8proc.h>

/* Headings alone may be set in such a font; fewer words than that are signs. */
enum { WORDS_LEAST = 3, PERCENT_LEAST = 3, REPLACEMENT = 0xFFFD };

struct word {
    size_t letters;
    bool is_bad;
};

static bool is_blank(utf8proc_int32_t letter)
{
    return letter == ' ' || (letter >= '\t' && letter <= '\r');
}

static bool is_none(utf8proc_int32_t letter)
{
    switch (utf8proc_category(letter)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS: return true;
    default: return letter == REPLACEMENT;
    }
}

static void end_word(struct word *word, size_t *words, size_t *bad)
{
    *words += word->letters > 0;
    *bad += word->is_bad && word->letters > 1;
    *word = (struct word){0};
}

bool unmapped_is(const char *text, size_t n)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text, *end = at + n;
    size_t words = 0, bad = 0;
    struct word word = {0};
    while (at < end) {
        utf8proc_int32_t letter = REPLACEMENT;
        utf8proc_ssize_t bytes = utf8proc_iterate(at, end - at, &letter);
        at += bytes > 0 ? bytes : 1;
        letter = bytes > 0 ? letter : REPLACEMENT;
        if (is_blank(letter)) {
            end_word(&word, &words, &bad);
            continue;
        }
        word.letters++;
        word.is_bad |= is_none(letter);
    }
    end_word(&word, &words, &bad);
    return bad >= WORDS_LEAST && bad * 100 >= words * PERCENT_LEAST;
}
