#include "services/document/extract/plain.h"

#include <stdbool.h>
#include <string.h>

static const char MARK[] = {'\xEF', '\xBB', '\xBF'}; /* what some editors put in front */

enum extract_end plain_extract(const char *bytes, size_t n, struct output *output)
{
    const char *end = bytes + n;
    if (n >= sizeof MARK && memcmp(bytes, MARK, sizeof MARK) == 0)
        bytes += sizeof MARK;
    bool has_pages = memchr(bytes, '\f', (size_t)(end - bytes)) != NULL;
    while (bytes < end) {
        const char *feed = memchr(bytes, '\f', (size_t)(end - bytes)), *stop = feed ? feed : end;
        if (has_pages)
            output_page(output);
        output_text(output, bytes, (size_t)(stop - bytes));
        bytes = stop + 1;
    }
    return EXTRACT_DONE;
}
