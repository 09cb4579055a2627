#include "services/document/passage/quotes.h"

#include "common/base/mem.h"
#include "services/document/passage/letters.h"
#include <string.h>

/* Marks that are open: in which line, and which mark closes them. Quotations do not lie deeper in each other than this:
 * of more marks, which a stranger's file may have by the million, the oldest are forgotten. */
enum { OPEN_MOST = 32 };
struct opened {
    size_t line;
    int32_t closed_by;
};

struct marking {
    struct opened open[OPEN_MOST];
    size_t n_open;
    int *begun; /* quotations that lines begin in: more in this one than in the one before */
};

static int32_t closing(int32_t mark)
{
    return mark == 0x201C ? 0x201D : mark == 0xAB ? 0xBB : mark == '"' ? '"' : 0;
}

static void close_mark(struct marking *marking, int32_t mark, size_t line)
{
    for (size_t i = marking->n_open; i-- > 0;) {
        if (marking->open[i].closed_by != mark)
            continue;
        marking->begun[marking->open[i].line + 1]++;
        marking->begun[line + 1]--;
        marking->n_open = i;
        return;
    }
}

/* A straight one opens where a word begins. One that stayed open is forgotten: texts have odd ones. */
static void open_mark(struct marking *marking, int32_t mark, size_t line)
{
    for (size_t i = marking->n_open; mark == '"' && i-- > 0;)
        if (marking->open[i].closed_by == '"')
            marking->n_open = i;
    if (marking->n_open == OPEN_MOST)
        memmove(marking->open, marking->open + 1, --marking->n_open * sizeof *marking->open);
    marking->open[marking->n_open++] = (struct opened){line, closing(mark)};
}

static void mark_line(struct marking *marking, const char *text, size_t line)
{
    int32_t before = ' ';
    for (int32_t letter; (letter = letters_next(&text)) != 0; before = letter) {
        bool is_straight = letter == '"';
        if (closing(letter) && (!is_straight || letters_is_blank(before) || before == '('))
            open_mark(marking, letter, line);
        else if (is_straight || letter == 0x201D || letter == 0xBB)
            close_mark(marking, letter, line);
    }
}

bool *quotes_mark(TALLOC_CTX *ctx, const struct passage_line *lines, size_t n)
{
    bool *is_quoted = mem_array(ctx, bool, n + 1);
    struct marking marking = {.begun = mem_array(ctx, int, n + 2)};
    for (size_t i = 0; i < n; i++)
        if (lines[i].kind != LINE_OF_NOTE)
            mark_line(&marking, lines[i].text, i);
    for (size_t i = 0, depth = 0; i < n; i++) {
        depth += (size_t)marking.begun[i]; /* never below 0: each end has its beginning */
        is_quoted[i] = depth > 0 || lines[i].kind != LINE_OF_TEXT;
    }
    mem_free(marking.begun);
    return is_quoted;
}
