#include "services/document/extract/table_row.h"

#include "common/base/mem.h"
#include <string.h>

#define BETWEEN_CELLS " | "

bool table_row_begin(struct table_row *row)
{
    if (row->ctx)
        return false;
    *row = (struct table_row){.ctx = mem_context(NULL, "row")};
    return true;
}

void table_row_cell(struct table_row *row)
{
    row->has_cell = false;
}

void table_row_add(struct table_row *row, const char *text)
{
    if (*text == '\0')
        return;
    const char *between = row->has_cell ? "\n" : row->cells > 0 ? BETWEEN_CELLS : "";
    array_add_many(row->ctx, &row->text, between, strlen(between));
    array_add_many(row->ctx, &row->text, text, strlen(text));
    row->cells += !row->has_cell;
    row->has_cell = true;
}

void table_row_end(struct table_row *row, struct output *output)
{
    for (size_t i = 0; row->cells > 1 && i < row->text.n; i++)
        if (row->text.items[i] == '\n')
            row->text.items[i] = ' ';
    if (row->cells > 0)
        output_lines(output, row->cells > 1 ? LINE_OF_TABLE : LINE_OF_TEXT, row->text.items, row->text.n);
    for (; row->pages > 0; row->pages--)
        output_page(output);
    mem_free(row->ctx);
    row->ctx = NULL;
}
