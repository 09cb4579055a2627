#include "services/document/extraction/extraction.h"

#include "common/base/array.h"

struct passage *extraction_of_text(TALLOC_CTX *ctx, const char *text, size_t *ret_n)
{
    ARRAY(struct passage_line) lines = {0};
    char *rest = mem_text(ctx, text), *line;
    while ((line = strsep(&rest, "\n")) != NULL)
        array_add(ctx, &lines, (struct passage_line){line, 0});
    return passage_divide(ctx, lines.items, lines.n, ret_n);
}
