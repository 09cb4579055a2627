#include "services/document/extract/trailer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

bool trailer_write_bytes(int fd, const void *bytes, size_t n)
{
    for (const char *at = bytes; n > 0;) {
        ssize_t written = write(fd, at, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        at += written;
        n -= (size_t)written;
    }
    return true;
}

void trailer_end(int fd, enum extract_end end)
{
    const char *word = extract_end_word(end);
    bool is_said = trailer_write_bytes(fd, "\n", 1) && trailer_write_bytes(fd, word, strlen(word));
    _exit(is_said ? 0 : 1);
}

bool trailer_read(const char *last, size_t n_last, size_t n, enum extract_end *ret_end, size_t *ret_n)
{
    const char *line = memrchr(last, '\n', n_last);
    size_t word = line ? (size_t)(last + n_last - line) - 1 : 0;
    *ret_n = line ? n - word - 1 : 0;
    return line && extract_end_of(line + 1, word, ret_end);
}
