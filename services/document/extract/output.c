#include "services/document/extract/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *extract_end_word(enum extract_end end)
{
    static const char *const WORDS[EXTRACT_ENDS] = {
        [EXTRACT_DONE] = "done",     [EXTRACT_MORE] = "more",           [EXTRACT_LOCKED] = "locked",
        [EXTRACT_BROKEN] = "broken", [EXTRACT_TOO_LARGE] = "too_large", [EXTRACT_TOO_SLOW] = "too_slow",
        [EXTRACT_OTHER] = "other",   [EXTRACT_NO_PAGE] = "no_page",
    };
    return WORDS[end];
}

bool extract_end_of(const char *word, size_t n, enum extract_end *ret_end)
{
    for (enum extract_end end = 0; end < EXTRACT_ENDS; end++)
        if (strlen(extract_end_word(end)) == n && memcmp(extract_end_word(end), word, n) == 0) {
            *ret_end = end;
            return true;
        }
    return false;
}

char output_letter(enum line_kind kind)
{
    static const char LETTERS[LINE_KINDS] = {[LINE_OF_TEXT] = 'L', [LINE_OF_TABLE] = 'R', [LINE_OF_NOTE] = 'N'};
    return LETTERS[kind];
}

void output_init(struct output *output, int fd, const struct output_limits *limits)
{
    output->fd = fd;
    output->pages_left = limits->pages;
    output->bytes_left = limits->bytes;
    output->lines_left = OUTPUT_LINES_MOST;
    output->first = limits->first;
    output->effort_left = limits->effort;
    output->is_blank = false;
    output->n = 0;
}

/* Whoever reads it may be gone: then there is nothing left to do. */
static void flush(struct output *output)
{
    for (size_t at = 0; at < output->n;) {
        ssize_t written = write(output->fd, output->buffer + at, output->n - at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            _exit(1);
        at += (size_t)written;
    }
    output->n = 0;
}

static void put(struct output *output, char byte)
{
    if (output->n == sizeof output->buffer)
        flush(output);
    output->buffer[output->n++] = byte;
}

void output_end(struct output *output, enum extract_end end)
{
    put(output, 'E');
    for (const char *word = extract_end_word(end); *word; word++)
        put(output, *word);
    put(output, '\n');
    flush(output);
    _exit(0);
}

void output_total(struct output *output, int64_t pages)
{
    enum { FIGURES = 24 };
    char line[FIGURES];
    if (pages > output->pages_left)
        output_end(output, EXTRACT_TOO_LARGE);
    (void)snprintf(line, sizeof line, "T%lld\n", (long long)pages);
    for (const char *at = line; *at; at++)
        put(output, *at);
}

void output_page(struct output *output)
{
    if (output->pages_left-- <= 0)
        output_end(output, EXTRACT_TOO_LARGE);
    put(output, 'P');
    put(output, '\n');
}

static void put_line(struct output *output, enum line_kind kind, const char *text, size_t n)
{
    bool was_blank = output->is_blank;
    output->is_blank = n == 0;
    if (n == 0 && was_blank)
        return;
    output->bytes_left -= (int64_t)n + 1;
    if (output->bytes_left < 0 || output->lines_left-- <= 0)
        output_end(output, EXTRACT_TOO_LARGE);
    put(output, output_letter(kind));
    for (size_t i = 0; i < n; i++)
        put(output, (unsigned char)text[i] < ' ' || text[i] == 0x7F ? ' ' : text[i]);
    put(output, '\n');
}

void output_lines(struct output *output, enum line_kind kind, const char *text, size_t n)
{
    for (const char *end = text + n; text < end;) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t bytes = (size_t)((newline ? newline : end) - text);
        put_line(output, kind, text, bytes);
        text += bytes + 1;
    }
}

void output_text(struct output *output, const char *text, size_t n)
{
    output_lines(output, LINE_OF_TEXT, text, n);
}

void output_spend(struct output *output, int64_t effort)
{
    output->effort_left -= effort;
}

bool output_is_full(const struct output *output)
{
    return output->effort_left <= 0;
}
