#include "services/document/passage/passage.h"

#include "common/base/array.h"
#include "common/base/uuid_map.h"
#include "services/document/passage/letters.h"
#include "services/document/passage/place.h"
#include "services/document/passage/quotes.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { PARAGRAPH_LEAST = 300 }; /* bytes of a text without headings that are one passage at least */

struct division {
    TALLOC_CTX *ctx;
    const struct passage_line *lines;
    size_t n;
    const bool *is_quoted;
    struct place place;
    bool is_over;              /* behind "Nơi nhận" */
    bool has_headings;         /* this text has had one */
    int annexes;               /* so many began */
    struct uuid_map *begun_as; /* int, by slug's hash: how often one began behind the document's own text */
    size_t begun;              /* the line where this text begins */
    size_t first;              /* its first passage */
    ARRAY(struct passage) passages;
    ARRAY(char) text;  /* of the passage under way */
    ARRAY(char) notes; /* at the feet of its pages; behind its text, which goes on overleaf */
    bool was_row;      /* the last line was one of a table */
};

/* --- lines -------------------------------------------------------------------------------------------------------- */

static bool is_empty(const char *text)
{
    return *letters_skip_blanks(text) == '\0';
}

/* "3", "- 3 -", "3/12", "Trang 3". */
static bool is_page_number(const char *text)
{
    const char *word = letters_skip_word(letters_skip_blanks(text), "trang");
    int figures = 0;
    for (text = word ? word : text; *text; text++) {
        if (isdigit((unsigned char)*text))
            figures++;
        else if (!strchr(" \t-/", *text))
            return false;
    }
    return figures > 0 && figures <= 8;
}

/* At the head or foot of a page. */
static bool is_page_mark(const struct division *d, size_t line)
{
    size_t before = line, behind = line + 1;
    if (d->lines[line].page == 0 || !is_page_number(d->lines[line].text))
        return false;
    while (before > 0 && is_empty(d->lines[before - 1].text))
        before--;
    while (behind < d->n && is_empty(d->lines[behind].text))
        behind++;
    return before == 0 || behind == d->n || d->lines[before - 1].page != d->lines[line].page ||
           d->lines[behind].page != d->lines[line].page;
}

static bool is_of_text(const struct division *d, size_t line)
{
    const char *text = d->lines[line].text;
    return !is_empty(text) && !is_page_mark(d, line) && !heading_is_contents(text);
}

static bool begins_text(const char *line)
{
    int number;
    return heading_is_annex(line, &number);
}

/* Who gets it and who signs it often stand side by side in a table. */
static bool ends_text(const struct division *d, size_t line)
{
    return (!d->is_quoted[line] || d->lines[line].kind == LINE_OF_TABLE) && heading_ends_text(d->lines[line].text);
}

/* Whether the text that begins there has an article 1. */
static bool has_articles(const struct division *d, size_t line)
{
    struct heading ways[HEADING_WAYS];
    for (size_t i = line; i < d->n; i++) {
        if (i > line && ends_text(d, i))
            return false;
        if (d->is_quoted[i] || heading_is_contents(d->lines[i].text))
            continue;
        if (i > line && begins_text(d->lines[i].text))
            return false;
        if (heading_read(d->lines[i].text, ways) > 0 && ways[0].kind == HEADING_ARTICLE && ways[0].numbers[0] == 1)
            return true;
    }
    return false;
}

/* --- the passage under way ---------------------------------------------------------------------------------------- */

static bool is_listed(const char *line)
{
    int32_t mark = letters_next(&line);
    return (mark == '-' || mark == '+' || mark == 0x2022 || mark == 0x2013) && letters_is_blank(letters_next(&line));
}

/* Lines of a paragraph were one; a new one begins behind a full stop, and with a dash. */
static bool is_paragraph(const char *text, size_t n, const char *line)
{
    const char *at = line;
    bool begins = letters_is_capital(letters_next(&at));
    return n > 0 && (is_listed(line) || (begins && strchr(".;:!?", text[n - 1]) != NULL));
}

/* What is of a table is a paragraph by itself. */
static void add_text(struct division *d, size_t line)
{
    enum line_kind kind = d->lines[line].kind;
    bool is_note = kind == LINE_OF_NOTE, is_row = kind == LINE_OF_TABLE;
    const char *text = letters_skip_blanks(d->lines[line].text);
    size_t n = strlen(text), n_before = is_note ? d->notes.n : d->text.n;
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
        n--;
    bool begins = !is_note && (is_row || d->was_row || is_paragraph(d->text.items, d->text.n, text));
    const char between = begins ? '\n' : ' ';
    if (is_note) {
        array_add_many(d->ctx, &d->notes, &between, n_before > 0);
        array_add_many(d->ctx, &d->notes, text, n);
        return;
    }
    array_add_many(d->ctx, &d->text, &between, n_before > 0);
    array_add_many(d->ctx, &d->text, text, n);
    d->was_row = is_row;
}

static void finish_passage(struct division *d)
{
    if (d->passages.n == d->first)
        return;
    struct passage *passage = &d->passages.items[d->passages.n - 1];
    if (d->notes.n > 0 && d->text.n > 0)
        array_add(d->ctx, &d->text, '\n');
    array_add_many(d->ctx, &d->text, d->notes.items, d->notes.n);
    passage->text = mem_textn(d->ctx, d->text.n > 0 ? d->text.items : "", d->text.n);
    d->text.n = d->notes.n = 0;
    d->was_row = false;
}

static void begin_passage(struct division *d, size_t line, char *address, char *label, bool is_doubtful)
{
    finish_passage(d);
    array_add(d->ctx, &d->passages,
              (struct passage){.address = address,
                               .label = label,
                               .page = line < d->n ? d->lines[line].page : 0,
                               .line = line,
                               .is_doubtful = is_doubtful});
}

/* --- a text without headings -------------------------------------------------------------------------------------- */

static void begin_paragraph(struct division *d, size_t line, int number)
{
    char *address = d->place.slug ? mem_printf(d->ctx, "%s.doan-%d", d->place.slug, number)
                                  : mem_printf(d->ctx, "doan-%d", number);
    char *label = mem_printf(d->ctx, d->place.slug ? "đoạn %d %s" : "đoạn %d", number,
                             d->place.slug ? d->place.name : "");
    begin_passage(d, line, address, label, false);
}

static void divide_into_paragraphs(struct division *d, size_t from, size_t to)
{
    int number = 0;
    d->passages.n = d->first;
    d->text.n = d->notes.n = 0;
    for (size_t i = from; i < to; i++) {
        const char *line = letters_skip_blanks(d->lines[i].text);
        if (!is_of_text(d, i))
            continue;
        if (number == 0 || (d->text.n >= PARAGRAPH_LEAST && is_paragraph(d->text.items, d->text.n, line)))
            begin_paragraph(d, i, ++number);
        add_text(d, i);
    }
    finish_passage(d);
}

/* --- texts: the document's own, and what is behind it ------------------------------------------------------------- */

static void begin_text(struct division *d, size_t line, const char *slug, const char *name, bool is_doubtful)
{
    d->first = d->passages.n;
    d->begun = line;
    d->is_over = d->has_headings = false;
    d->place = (struct place){.slug = slug, .name = name, .has_articles = has_articles(d, line)};
    begin_passage(d, line, place_address(d->ctx, &d->place), place_label(d->ctx, &d->place), is_doubtful);
}

/* One that was there before is told apart with all that is in it. */
static void begin_attached(struct division *d, size_t line, const char *slug, const char *name)
{
    const struct uuid key = uuid_hash(1, (const void *const[]){slug}, (const size_t[]){strlen(slug)});
    int times = ++*UUID_MAP_MAKE(d->begun_as, &key, int);
    if (times > 1) {
        slug = mem_printf(d->ctx, "%s-lan-%d", slug, times);
        name = mem_printf(d->ctx, "%s (lần %d)", name, times);
    }
    begin_text(d, line, slug, name, times > 1);
}

/* `line` is the first that belongs to it no more. */
static void finish_text(struct division *d, size_t line)
{
    finish_passage(d);
    if (d->has_headings)
        return;
    const char *text = d->passages.items[d->first].text;
    if (*text == '\0')
        d->passages.n = d->first;
    else if (strlen(text) > PARAGRAPH_LEAST)
        divide_into_paragraphs(d, d->begun, line);
}

static bool takes_annex(struct division *d, size_t line)
{
    const char *text = d->lines[line].text, *slug, *name;
    int number;
    if (heading_is_annex(text, &number)) {
        number = number > 0 ? number : d->annexes + 1;
        d->annexes = number;
        slug = mem_printf(d->ctx, "phu-luc-%d", number);
        name = mem_printf(d->ctx, "Phụ lục %d", number);
    } else if (!d->is_over || !heading_is_attachment(text, &slug, &name)) {
        return false;
    } else {
        name = mem_printf(d->ctx, "%s kèm theo", name);
    }
    if (!d->is_over)
        finish_text(d, line);
    begin_attached(d, line, slug, name);
    return true;
}

static bool takes_heading(struct division *d, size_t line)
{
    struct heading ways[HEADING_WAYS];
    size_t n = heading_read(d->lines[line].text, ways);
    for (size_t i = 0; i < n; i++) {
        enum place_verdict verdict = place_judge(&d->place, &ways[i]);
        if (verdict == PLACE_NO)
            continue;
        place_open(&d->place, &ways[i]);
        if (!d->has_headings && d->text.n == 0)
            d->passages.n = d->first; /* nothing stands before it */
        d->has_headings = true;
        begin_passage(d, line, place_address(d->ctx, &d->place), place_label(d->ctx, &d->place),
                      verdict == PLACE_DOUBTFUL);
        return true;
    }
    return false;
}

static void take_line(struct division *d, size_t line)
{
    if (!is_of_text(d, line))
        return;
    bool is_annex = !d->is_quoted[line] && takes_annex(d, line);
    if (!is_annex && !d->is_over) {
        d->is_over = ends_text(d, line);
        if (d->is_over)
            finish_text(d, line);
        else if (!d->is_quoted[line])
            (void)takes_heading(d, line);
    }
    if (!d->is_over)
        add_text(d, line);
}

/* --- the same address twice --------------------------------------------------------------------------------------- */

static int by_address(const void *a, const void *b)
{
    const struct passage *const *one = a, *const *other = b;
    int order = strcmp((*one)->address, (*other)->address);
    return order != 0 ? order : (*one)->line < (*other)->line ? -1 : (*one)->line > (*other)->line;
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The next number of a doubled address under which nothing is yet: headings may say "-lan-2" too (place.h). Two doubled
 * addresses never come to the same one, as each ends with its own number. */
static int next_time(const struct division *d, const char *const addresses[], const char *address, int times)
{
    for (;;) {
        char *name = mem_printf(d->ctx, "%s-lan-%d", address, ++times);
        bool is_there = bsearch(&name, addresses, d->passages.n, sizeof *addresses, compare_text) != NULL;
        mem_free(name);
        if (!is_there)
            return times;
    }
}

/* What no heading told apart: the first keeps its address. */
static void tell_apart(struct division *d)
{
    struct passage **sorted = mem_array(d->ctx, struct passage *, d->passages.n);
    const char **addresses = mem_array(d->ctx, const char *, d->passages.n); /* as they were, sorted */
    for (size_t i = 0; i < d->passages.n; i++)
        sorted[i] = &d->passages.items[i];
    qsort(sorted, d->passages.n, sizeof *sorted, by_address);
    for (size_t i = 0; i < d->passages.n; i++)
        addresses[i] = sorted[i]->address;
    int times = 1;
    for (size_t i = 1; i < d->passages.n; i++) {
        if (strcmp(addresses[i - 1], addresses[i]) != 0) {
            times = 1;
            continue;
        }
        times = next_time(d, addresses, addresses[i], times);
        sorted[i]->address = mem_printf(d->ctx, "%s-lan-%d", addresses[i], times);
        sorted[i]->label = mem_printf(d->ctx, "%s (lần %d)", sorted[i]->label, times);
        sorted[i]->is_doubtful = true;
    }
    mem_free(addresses);
    mem_free(sorted);
}

struct passage *passage_divide(TALLOC_CTX *ctx, const struct passage_line *lines, size_t n, size_t *ret_n)
{
    struct division d = {
        .ctx = ctx, .lines = lines, .n = n, .is_quoted = quotes_mark(ctx, lines, n), .begun_as = uuid_map_new(ctx)};
    begin_text(&d, 0, NULL, NULL, false);
    for (size_t i = 0; i < n; i++)
        take_line(&d, i);
    if (!d.is_over)
        finish_text(&d, n);
    tell_apart(&d);
    *ret_n = d.passages.n;
    return d.passages.items;
}
