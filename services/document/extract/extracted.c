#include "services/document/extract/extracted.h"

#include "common/base/array.h"
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

struct reading {
    TALLOC_CTX *ctx;
    ARRAY(struct passage_line) lines;
    int32_t before, pages, total;
    int64_t pages_most;
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
    array_add(reading->ctx, &reading->lines, (struct passage_line){line, reading->before + reading->pages, kind});
    return ERR_OK;
}

static enum err read_page(struct reading *reading, size_t n)
{
    if (n > 0 || reading->before + reading->pages >= reading->pages_most)
        return ERR_MALFORMED;
    reading->pages++;
    return ERR_OK;
}

/* Said before anything else. */
static enum err read_total(struct reading *reading, const char *text, size_t n)
{
    int64_t total = 0;
    if (n == 0 || reading->total > 0 || reading->pages > 0 || reading->lines.n > 0)
        return ERR_MALFORMED;
    for (size_t i = 0; i < n; i++) {
        total = text[i] >= '0' && text[i] <= '9' ? 10 * total + (text[i] - '0') : INT32_MAX;
        if (total > reading->pages_most)
            return ERR_MALFORMED;
    }
    reading->total = (int32_t)total;
    return ERR_OK;
}

static enum err read_said(struct reading *reading, const char *text, size_t n)
{
    if (*text == 'T')
        return read_total(reading, text + 1, n - 1);
    if (*text == 'P')
        return read_page(reading, n - 1);
    for (enum line_kind kind = 0; kind < LINE_KINDS; kind++)
        if (*text == output_letter(kind))
            return read_line(reading, kind, text + 1, n - 1);
    return ERR_MALFORMED;
}

/* A slice goes on, or there is none behind it; whoever believed another end would read for ever, or too little. */
static bool is_consistent(const struct reading *reading, enum extract_end end)
{
    int32_t read = reading->before + reading->pages;
    if (end == EXTRACT_MORE)
        return reading->pages > 0 && read < reading->total;
    return end != EXTRACT_DONE || reading->total == 0 || read == reading->total;
}

enum err extracted_read(TALLOC_CTX *ctx, const struct extracted_bounds *bounds, const char *bytes, size_t n,
                        struct extracted *ret_extracted)
{
    struct reading reading = {.ctx = ctx, .before = bounds->pages_before, .pages_most = bounds->pages_most};
    const char *end = bytes + n;
    enum extract_end how = EXTRACT_ENDS;
    for (const char *at = bytes; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = newline ? (size_t)(newline - at) : 0;
        bool is_end = length > 0 && *at == 'E' && newline + 1 == end && extract_end_of(at + 1, length - 1, &how);
        if (length == 0 || (!is_end && read_said(&reading, at, length)))
            return ERR_MALFORMED;
        at = newline + 1;
    }
    if (how == EXTRACT_ENDS || !is_consistent(&reading, how)) /* it was cut, or cannot be */
        return ERR_MALFORMED;
    *ret_extracted = (struct extracted){how, reading.lines.items, reading.lines.n, reading.pages, reading.total};
    return ERR_OK;
}
