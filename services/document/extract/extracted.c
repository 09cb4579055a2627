#include "services/document/extract/extracted.h"

#include "common/base/array.h"
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

struct reading {
    TALLOC_CTX *ctx;
    ARRAY(struct passage_line) lines;
    int32_t pages;
};

/* Composed, and without what is not seen: soft hyphens, zero widths, marks of direction. */
static char *compose(TALLOC_CTX *ctx, const char *text, size_t n)
{
    utf8proc_uint8_t *made = NULL;
    utf8proc_ssize_t bytes = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)n, &made,
                                          UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_IGNORE);
    char *composed = bytes >= 0 && !memchr(made, '\0', (size_t)bytes) ? mem_textn(ctx, (char *)made, (size_t)bytes)
                                                                      : NULL;
    free(made);
    return composed;
}

static enum err read_line(struct reading *reading, enum line_kind kind, const char *text, size_t n)
{
    char *line = compose(reading->ctx, text, n);
    if (!line || reading->lines.n == OUTPUT_LINES_MOST)
        return ERR_MALFORMED;
    array_add(reading->ctx, &reading->lines, (struct passage_line){line, reading->pages, kind});
    return ERR_OK;
}

static bool is_line(char letter, enum line_kind *ret_kind)
{
    for (enum line_kind kind = 0; kind < LINE_KINDS; kind++)
        if (letter == output_letter(kind)) {
            *ret_kind = kind;
            return true;
        }
    return false;
}

enum err extracted_read(TALLOC_CTX *ctx, const char *bytes, size_t n, int64_t pages_most,
                        struct extracted *ret_extracted)
{
    struct reading reading = {.ctx = ctx};
    const char *end = bytes + n;
    while (bytes < end) {
        const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
        size_t length = newline ? (size_t)(newline - bytes) : 0;
        enum line_kind kind = LINE_OF_TEXT;
        enum extract_end how;
        if (length == 0)
            return ERR_MALFORMED;
        bool is_of_text = is_line(*bytes, &kind);
        if (is_of_text && read_line(&reading, kind, bytes + 1, length - 1))
            return ERR_MALFORMED;
        if (*bytes == 'E' && newline + 1 == end && extract_end_of(bytes + 1, length - 1, &how)) {
            *ret_extracted = (struct extracted){how, reading.lines.items, reading.lines.n, reading.pages};
            return ERR_OK;
        }
        bool is_page = *bytes == 'P' && length == 1;
        if ((!is_of_text && !is_page) || (is_page && reading.pages >= pages_most))
            return ERR_MALFORMED;
        reading.pages += is_page;
        bytes = newline + 1;
    }
    return ERR_MALFORMED; /* it was cut */
}
