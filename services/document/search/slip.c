#include "services/document/search/slip.h"

#include "common/base/array.h"
#include <stdlib.h>
#include <utf8proc.h>

enum { LETTERS_LEAST = 2, LETTERS_MOST = 12, BEYOND_ONE_UNIT = 0x10000 };

bool slip_is_possible(const struct word *word)
{
    size_t n = strspn(word->bare, "abcdefghijklmnopqrstuvwxyz");
    return n >= LETTERS_LEAST && n <= LETTERS_MOST && !word->bare[n];
}

/* --- spellings ---------------------------------------------------------------------------------------------------- */

struct spellings {
    TALLOC_CTX *ctx;
    const char *word;
    ARRAY(const char *) found;
};

/* The word up to `at`, a letter if there is one, and the word from `from` on. */
static void add(struct spellings *spellings, size_t at, char letter, size_t from)
{
    const char *found = mem_printf(spellings->ctx, "%.*s%.*s%s", (int)at, spellings->word, letter ? 1 : 0, &letter,
                                   spellings->word + from);
    array_add(spellings->ctx, &spellings->found, found);
}

static void add_exchanged(struct spellings *spellings, size_t at)
{
    char *found = mem_text(spellings->ctx, spellings->word);
    found[at] = spellings->word[at + 1];
    found[at + 1] = spellings->word[at];
    array_add(spellings->ctx, &spellings->found, found);
}

const char **slip_spellings(TALLOC_CTX *ctx, const struct word *word, size_t *ret_n)
{
    struct spellings spellings = {.ctx = ctx, .word = word->bare};
    size_t n = strlen(word->bare);
    array_add(ctx, &spellings.found, word->bare);
    for (size_t at = 0; at + 1 < n; at++)
        add_exchanged(&spellings, at);
    for (size_t at = 0; at < n; at++)
        add(&spellings, at, 0, at + 1);
    for (size_t at = 0; at <= n; at++)
        for (char letter = 'a'; letter <= 'z'; letter++)
            add(&spellings, at, letter, at);
    for (size_t at = 0; at < n; at++)
        for (char letter = 'a'; letter <= 'z'; letter++)
            add(&spellings, at, letter, at + 1);
    *ret_n = spellings.found.n;
    return spellings.found.items;
}

bool slip_is_among(const char *form, const char *const forms[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(form, forms[i]) == 0)
            return true;
    return false;
}

/* --- mending ------------------------------------------------------------------------------------------------------ */

/* Where a text's UTF-16 unit begins. */
static const char *at_unit(const char *text, uint32_t unit)
{
    for (uint32_t at = 0; at < unit && *text;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t bytes = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point);
        at += bytes > 0 && point >= BEYOND_ONE_UNIT ? 2 : 1;
        text += bytes > 0 ? bytes : 1;
    }
    return text;
}

static char *small_letters(TALLOC_CTX *ctx, const char *text, size_t n)
{
    char *small = mem_text(ctx, "");
    for (size_t at = 0; at < n;) {
        utf8proc_int32_t point;
        utf8proc_uint8_t bytes[5] = {0};
        utf8proc_ssize_t read = utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(n - at),
                                                 &point);
        if (read < 1)
            break;
        (void)utf8proc_encode_char(utf8proc_tolower(point), bytes);
        small = mem_append(small, "%s", (const char *)bytes);
        at += (size_t)read;
    }
    return small;
}

static int common_neighbours(const struct slip_question *question, size_t at, const struct word words[], size_t n,
                             size_t i)
{
    bool before = at > 0 && i > 0 && word_is_asked(&words[i - 1], &question->words[at - 1]);
    bool behind = at + 1 < question->n && i + 1 < n && word_is_asked(&words[i + 1], &question->words[at + 1]);
    return before + behind;
}

static bool is_bound(const struct word *asked)
{
    return asked->is_joined || asked->is_quoted;
}

/* Whether the words that the question binds to its word `at` stand around this one, as the search wants them. */
static bool is_in_phrase(const struct slip_question *question, size_t at, const struct word words[], size_t n, size_t i)
{
    for (size_t back = 1; back <= at && is_bound(&question->words[at - back + 1]); back++)
        if (back > i || !word_is_asked(&words[i - back], &question->words[at - back]))
            return false;
    for (size_t on = 1; at + on < question->n && is_bound(&question->words[at + on]); on++)
        if (i + on >= n || !word_is_asked(&words[i + on], &question->words[at + on]))
            return false;
    return true;
}

char *slip_mended(TALLOC_CTX *ctx, const struct slip_question *question, size_t at, const char *const forms[],
                  size_t n_forms, const char *text)
{
    TALLOC_CTX *words_ctx = mem_context(ctx, "words");
    size_t n;
    const struct word *words = words_read(words_ctx, text, WORDS_INDEXED_MOST, &n), *best = NULL;
    int most = -1;
    for (size_t i = 0; i < n; i++) {
        if (!slip_is_among(words[i].bare, forms, n_forms) || word_is_asked(&words[i], &question->words[at]) ||
            !is_in_phrase(question, at, words, n, i))
            continue;
        int common = common_neighbours(question, at, words, n, i);
        if (common > most)
            most = common, best = &words[i];
    }
    char *mended = NULL;
    if (best) {
        const char *from = at_unit(text, best->start), *to = at_unit(text, best->end);
        const char *begins = at_unit(question->text, question->words[at].start);
        mended = mem_printf(ctx, "%.*s%s%s", (int)(begins - question->text), question->text,
                            small_letters(words_ctx, from, (size_t)(to - from)),
                            at_unit(question->text, question->words[at].end));
    }
    mem_free(words_ctx);
    return mended;
}
