#include "services/document/extract/footnotes.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the height of the page's text: what is smaller than that, and what refers to it. */
static const double NOTE_MOST = 0.92, REFERENCE_MOST = 0.8, SAME_HEIGHT = 0.3;
enum { HEIGHTS_MOST = 24, MARK_MOST = 3 };

static bool is_letter(char byte)
{
    return isalpha((unsigned char)byte) || (unsigned char)byte >= 0x80;
}

static bool has_letter(const struct poppler_word *word)
{
    for (const char *at = word->text; *at; at++)
        if (is_letter(*at))
            return true;
    return false;
}

static double height(const struct poppler_word *word)
{
    return word->bottom - word->top;
}

/* --- marks -------------------------------------------------------------------------------------------------------- */

/* "12", "[12]", "(12)", "**": its length without the brackets, of which *ret_mark is behind; 0: there is none. */
static size_t mark_at(const char *text, size_t n, const char **ret_mark)
{
    size_t length = 0, open = n > 0 && (*text == '[' || *text == '(');
    const char *mark = text + open;
    bool is_star = open < n && *mark == '*';
    while (open + length < n && (is_star ? mark[length] == '*' : isdigit((unsigned char)mark[length]) != 0))
        length++;
    *ret_mark = mark;
    return length <= MARK_MOST ? length : 0;
}

/* "1." and "1)" begin clauses, which are more frequent. */
static bool is_numbered(const char *text, size_t n, const char *mark, size_t n_mark)
{
    const char *behind = mark + n_mark;
    return mark == text && behind < text + n && (*behind == '.' || *behind == ')');
}

/* The same mark at the end of a word, or as a word of its own. */
static bool refers(const char *text, size_t n, const char *mark, size_t n_mark)
{
    n -= n > 0 && (text[n - 1] == ']' || text[n - 1] == ')');
    bool ends = n >= n_mark && memcmp(text + n - n_mark, mark, n_mark) == 0;
    return ends && (n == n_mark || text[n - n_mark - 1] != *mark) &&
           (n == n_mark || !isdigit((unsigned char)text[n - n_mark - 1]));
}

static bool is_referred_to(const char *text, size_t n, const char *mark, size_t n_mark)
{
    for (size_t at = 0; at < n;) {
        size_t length = 0;
        while (at + length < n && !isspace((unsigned char)text[at + length]))
            length++;
        if (refers(text + at, length, mark, n_mark))
            return true;
        at += length + 1;
    }
    return false;
}

bool footnotes_may_be(const char *text, size_t n)
{
    for (size_t at = 0; at < n;) {
        const char *newline = memchr(text + at, '\n', n - at), *mark;
        size_t n_mark = mark_at(text + at, n - at, &mark);
        if (n_mark > 0 && !is_numbered(text + at, n - at, mark, n_mark) && is_referred_to(text, at, mark, n_mark))
            return true;
        at = newline ? (size_t)(newline - text) + 1 : n;
    }
    return false;
}

/* --- what is set smaller ------------------------------------------------------------------------------------------ */

/* The height of most of the page's letters. */
static double usual_height(const struct poppler_word words[], size_t n)
{
    double heights[HEIGHTS_MOST];
    size_t bytes[HEIGHTS_MOST] = {0}, n_heights = 0, most = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = 0;
        while (at < n_heights && fabs(heights[at] - height(&words[i])) > SAME_HEIGHT)
            at++;
        if (at == HEIGHTS_MOST)
            continue;
        if (at == n_heights)
            heights[n_heights++] = height(&words[i]);
        bytes[at] += strlen(words[i].text);
        most = bytes[at] > bytes[most] ? at : most;
    }
    return n_heights > 0 ? heights[most] : 0;
}

static double end_of_text(const struct poppler_word words[], size_t n, double usual)
{
    double end = 0;
    for (size_t i = 0; i < n; i++)
        if (height(&words[i]) > NOTE_MOST * usual && has_letter(&words[i]) && words[i].bottom > end)
            end = words[i].bottom;
    return end;
}

static int by_bottom(const void *a, const void *b)
{
    const struct poppler_word *one = a, *other = b;
    return one->bottom < other->bottom ? -1 : one->bottom > other->bottom;
}

static int by_left(const void *a, const void *b)
{
    const struct poppler_word *one = a, *other = b;
    return one->left < other->left ? -1 : one->left > other->left;
}

/* Line by line: a mark stands a little higher than what it marks. */
static void put_in_order(struct poppler_word words[], size_t n)
{
    qsort(words, n, sizeof *words, by_bottom);
    for (size_t first = 0, end; first < n; first = end) {
        double bottom = words[first].bottom;
        for (end = first + 1; end < n && words[end].bottom < bottom + height(&words[end]) / 2;)
            end++;
        qsort(words + first, end - first, sizeof *words, by_left);
    }
}

/* Moves what is small and below to the front. */
static size_t take_small(struct poppler_word words[], size_t n, double usual, double end)
{
    size_t n_small = 0;
    for (size_t i = 0; i < n; i++) {
        const struct poppler_word word = words[i];
        if (height(&word) > NOTE_MOST * usual || word.top < end - SAME_HEIGHT * usual)
            continue;
        words[i] = words[n_small];
        words[n_small++] = word;
    }
    return n_small;
}

static bool has_reference(const struct poppler_word words[], size_t n, double usual, const char *mark, size_t n_mark)
{
    for (size_t i = 0; i < n; i++) {
        const char *of_word;
        size_t length = mark_at(words[i].text, strlen(words[i].text), &of_word);
        if (height(&words[i]) <= REFERENCE_MOST * usual && length == n_mark && memcmp(of_word, mark, n_mark) == 0)
            return true;
    }
    return false;
}

/* --- among the text ----------------------------------------------------------------------------------------------- */

/* Whether the words stand there, whatever is blank between them. */
static bool stands_at(const struct poppler_word words[], size_t n_words, const char *text, size_t n, size_t *ret_to)
{
    size_t at = 0;
    for (size_t i = 0; i < n_words; i++)
        for (const char *byte = words[i].text; *byte; byte++) {
            while (at < n && isspace((unsigned char)text[at]))
                at++;
            if (at == n || text[at++] != *byte)
                return false;
        }
    while (at < n && text[at] != '\n')
        at++;
    *ret_to = at;
    return true;
}

static bool find_in_text(const struct poppler_word words[], size_t n_words, const char *text, size_t n,
                         size_t *ret_from, size_t *ret_to)
{
    for (size_t at = 0; at < n; at++) {
        size_t length;
        if ((at > 0 && text[at - 1] != '\n') || !stands_at(words, n_words, text + at, n - at, &length))
            continue;
        *ret_from = at;
        *ret_to = at + length;
        return true;
    }
    return false;
}

bool footnotes_find(struct poppler_word words[], size_t n_words, const char *text, size_t n, size_t *ret_from,
                    size_t *ret_to)
{
    double usual = usual_height(words, n_words), end = end_of_text(words, n_words, usual);
    size_t n_notes = end > 0 ? take_small(words, n_words, usual, end) : 0;
    const char *mark;
    put_in_order(words, n_notes);
    size_t n_mark = n_notes > 1 ? mark_at(words[0].text, strlen(words[0].text), &mark) : 0;
    return n_mark > 0 && has_reference(words + n_notes, n_words - n_notes, usual, mark, n_mark) &&
           find_in_text(words, n_notes, text, n, ret_from, ret_to);
}
