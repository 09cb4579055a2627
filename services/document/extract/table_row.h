/* A row of a table, as its cells are read: one line, so that what belongs together stays together and no number in a
 * cell is taken for a heading. A row with text in one cell only is text like any other: whole papers stand in tables.
 * In the sandbox; one thread. */
#ifndef SOTAY_DOCUMENT_EXTRACT_TABLE_ROW_H
#define SOTAY_DOCUMENT_EXTRACT_TABLE_ROW_H

#include "common/base/array.h"
#include "services/document/extract/output.h"

struct table_row {
    TALLOC_CTX *ctx; /* NULL: none is under way */
    ARRAY(char) text;
    int cells, pages; /* with text; that begin in the row */
    bool has_cell;    /* the cell under way has text */
};

bool table_row_begin(struct table_row *row); /* false: one is under way, and this one is in a cell of it */
void table_row_cell(struct table_row *row);  /* the next begins */
void table_row_add(struct table_row *row, const char *text);
void table_row_end(struct table_row *row, struct output *output);

#endif
