#include "services/document/extract/pdf.h"

#include "services/document/extract/footnotes.h"
#include "services/document/extract/poppler_text.h"
#include "services/document/extract/scan.h"
#include "services/document/extract/unmapped.h"
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

enum { LETTERS_OF_A_PAGE = 12 }; /* what scanners stamp on their pages is less */

static bool has_text(const char *text, size_t n)
{
    size_t letters = 0;
    for (size_t i = 0; i < n; i++)
        letters += (unsigned char)text[i] > ' ';
    return letters >= LETTERS_OF_A_PAGE;
}

static void read_picture(const struct poppler_text *text, int page, struct output *output)
{
    struct scan_picture picture;
    unsigned char *bytes = poppler_text_draw(text, page, SCAN_DPI, &picture.width, &picture.height, &picture.row_bytes);
    picture.bytes = bytes;
    if (bytes)
        scan_page(&picture, output);
    free(bytes);
}

/* What stands at its foot comes in between, and is told as such. */
static void write_text(const struct poppler_text *text, int page, const char *of_page, size_t n, struct output *output)
{
    size_t n_words = 0, from = n, to = n;
    struct poppler_word *words = footnotes_may_be(of_page, n) ? poppler_text_words(text, page, &n_words) : NULL;
    if (!words || !footnotes_find(words, n_words, of_page, n, &from, &to))
        from = to = n;
    poppler_text_free_words(words, n_words);
    output_text(output, of_page, from);
    output_lines(output, LINE_OF_NOTE, of_page + from, to - from);
    output_text(output, of_page + to, n - to);
}

static void read_page(const struct poppler_text *text, int page, struct output *output)
{
    size_t n = 0;
    char *of_page = poppler_text_of_page(text, page, &n);
    output_page(output);
    bool is_text = of_page && has_text(of_page, n) && !unmapped_is(of_page, n);
    if (is_text)
        write_text(text, page, of_page, n, output);
    else
        read_picture(text, page, output);
    output_spend(output, is_text ? EFFORT_OF_TEXT : EFFORT_OF_SCAN);
    free(of_page);
}

enum extract_end pdf_extract(const char *bytes, size_t n, struct output *output)
{
    struct poppler_text *text = n <= INT_MAX ? poppler_text_open(bytes, n) : NULL;
    if (!text)
        return EXTRACT_BROKEN;
    if (poppler_text_is_locked(text))
        return EXTRACT_LOCKED;
    int pages = poppler_text_pages(text);
    output_total(output, pages);
    for (int64_t page = output->first - 1; page < pages; page++) {
        if (output_is_full(output))
            return EXTRACT_MORE;
        read_page(text, (int)page, output);
    }
    return EXTRACT_DONE; /* what was opened goes with the process */
}
