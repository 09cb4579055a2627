/* Text that runs over sheets of A4 with the margins of official papers (Nghị định 30/2020, phụ lục I): paragraphs go on
 * overleaf line by line, rows of a table as a whole, and every sheet but the first has its number at the top. Owned by
 * its context, used by one thread. */
#ifndef SOTAY_COMMON_PDF_SHEETS_H
#define SOTAY_COMMON_PDF_SHEETS_H

#include "common/pdf/pdf_file.h"
#include "common/pdf/pdf_text.h"
#include <stddef.h>

enum { PDF_SHEETS_MOST = 800 };

#define PDF_SHEET_WIDTH (PDF_A4_WIDTH - (30 + 18) * PDF_MM) /* between the margins */

struct pdf_sheets;
struct pdf_sheets *pdf_sheets_new(TALLOC_CTX *ctx);

/* A paragraph in a column that begins at `x` (0: the left margin), and a gap below it. */
struct pdf_column {
    double x, width;
    PangoAlignment align;
};
void pdf_sheets_write(struct pdf_sheets *sheets, const struct pdf_style *style, const struct pdf_column *column,
                      const char *text, double gap);
/* Cells side by side, on one sheet; their tops are level. `ruled`: with lines round each. */
struct pdf_cell {
    const struct pdf_style *style;
    struct pdf_column column;
    const char *text; /* NULL: nothing */
};
void pdf_sheets_row(struct pdf_sheets *sheets, const struct pdf_cell cells[], size_t n, bool ruled, double gap);
/* A line below what was written last, in the middle of a column. */
void pdf_sheets_rule(struct pdf_sheets *sheets, const struct pdf_column *column, double length, double gap);
/* What follows begins on a new sheet, unless so much is left of this one. */
void pdf_sheets_need(struct pdf_sheets *sheets, double height);
void pdf_sheets_break(struct pdf_sheets *sheets);

/* Ends the file, owned by the context. ERR_LIMIT_REACHED: there were more than PDF_SHEETS_MOST; ERR_INTERNAL. */
MUST_CHECK enum err pdf_sheets_end(struct pdf_sheets *sheets, ProtobufCBinaryData *ret_pdf);

#endif
