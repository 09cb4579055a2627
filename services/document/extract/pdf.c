#include "services/document/extract/pdf.h"

#include "services/document/extract/poppler_text.h"
#include <limits.h>
#include <stdlib.h>

enum extract_end pdf_extract(const char *bytes, size_t n, struct output *output)
{
    struct poppler_text *text = n <= INT_MAX ? poppler_text_open(bytes, n) : NULL;
    if (!text)
        return EXTRACT_BROKEN;
    if (poppler_text_is_locked(text))
        return EXTRACT_LOCKED;
    int pages = poppler_text_pages(text);
    if (pages > output->pages_left)
        return EXTRACT_TOO_LARGE;
    for (int page = 0; page < pages; page++) {
        size_t bytes_of_page;
        char *of_page = poppler_text_of_page(text, page, &bytes_of_page);
        output_page(output);
        if (of_page)
            output_text(output, of_page, bytes_of_page);
        free(of_page);
    }
    return EXTRACT_DONE; /* what was opened goes with the process */
}
