#include "common/pdf/pdf_sheets.h"

#include "common/base/mem.h"

#define LEFT (30 * PDF_MM)
#define TOP (20 * PDF_MM)
#define BOTTOM (PDF_A4_HEIGHT - 20 * PDF_MM)
#define NUMBER_Y (10 * PDF_MM)
#define PADDING 4.0 /* of a ruled cell */

static const struct pdf_style NUMBER = {.font = PDF_SERIF, .size = 13};

struct pdf_sheets {
    struct pdf_file *file;
    double y;
    int n; /* of this sheet, from 1 */
};

struct pdf_sheets *pdf_sheets_new(TALLOC_CTX *ctx)
{
    struct pdf_sheets *sheets = mem_new(ctx, struct pdf_sheets);
    sheets->file = pdf_file_new(ctx, PDF_A4_WIDTH, PDF_A4_HEIGHT);
    sheets->y = TOP;
    sheets->n = 1;
    cairo_set_line_width(sheets->file->cr, 0.6);
    return sheets;
}

static double set_text(const struct pdf_sheets *sheets, const struct pdf_style *style, const struct pdf_column *column,
                       const char *text)
{
    double height;
    pango_layout_set_alignment(sheets->file->layout, column->align);
    pdf_text_set(sheets->file->layout, style, text, column->width, &height);
    return height;
}

/* --- sheets --- */

static void write_number(const struct pdf_sheets *sheets)
{
    static const struct pdf_column MIDDLE = {0, PDF_SHEET_WIDTH, PANGO_ALIGN_CENTER};
    char *text = mem_printf(NULL, "%d", sheets->n);
    (void)set_text(sheets, &NUMBER, &MIDDLE, text);
    cairo_move_to(sheets->file->cr, LEFT, NUMBER_Y);
    pango_cairo_show_layout(sheets->file->cr, sheets->file->layout);
    mem_free(text);
}

/* Beyond the last sheet nothing is drawn any more: the end refuses. */
void pdf_sheets_break(struct pdf_sheets *sheets)
{
    sheets->n++;
    sheets->y = TOP;
    if (sheets->n > PDF_SHEETS_MOST)
        return;
    cairo_show_page(sheets->file->cr);
    write_number(sheets);
}

void pdf_sheets_need(struct pdf_sheets *sheets, double height)
{
    if (sheets->y > TOP && sheets->y + height > BOTTOM)
        pdf_sheets_break(sheets);
}

static bool is_full(const struct pdf_sheets *sheets)
{
    return sheets->n > PDF_SHEETS_MOST;
}

/* --- text --- */

/* A new sheet's number takes the layout: the lines of a paragraph are held until it is written whole. */
struct line {
    PangoLayoutLine *is;
    double x, ascent, height;
};

static size_t take_lines(TALLOC_CTX *ctx, PangoLayout *layout, struct line **ret_lines)
{
    size_t n = 0;
    struct line *lines = mem_array(ctx, struct line, (size_t)pango_layout_get_line_count(layout));
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    do {
        PangoRectangle logical;
        pango_layout_iter_get_line_extents(iter, NULL, &logical);
        int baseline = pango_layout_iter_get_baseline(iter);
        lines[n++] = (struct line){
            .is = pango_layout_line_ref(pango_layout_iter_get_line_readonly(iter)),
            .x = (double)logical.x / PANGO_SCALE,
            .ascent = (double)(baseline - logical.y) / PANGO_SCALE,
            .height = (double)logical.height / PANGO_SCALE,
        };
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
    *ret_lines = lines;
    return n;
}

void pdf_sheets_write(struct pdf_sheets *sheets, const struct pdf_style *style, const struct pdf_column *column,
                      const char *text, double gap)
{
    TALLOC_CTX *ctx = mem_context(NULL, "paragraph");
    struct line *lines;
    (void)set_text(sheets, style, column, text);
    /* a copy, so that nothing set meanwhile touches its lines */
    PangoLayout *layout = pango_layout_copy(sheets->file->layout);
    size_t n = take_lines(ctx, layout, &lines);
    for (size_t i = 0; i < n; i++) {
        pdf_sheets_need(sheets, lines[i].height);
        cairo_move_to(sheets->file->cr, LEFT + column->x + lines[i].x, sheets->y + lines[i].ascent);
        if (!is_full(sheets))
            pango_cairo_show_layout_line(sheets->file->cr, lines[i].is);
        pango_layout_line_unref(lines[i].is);
        sheets->y += lines[i].height;
    }
    g_object_unref(layout);
    mem_free(ctx);
    sheets->y += gap;
}

/* --- rows --- */

static struct pdf_column inner(const struct pdf_column *column, bool ruled)
{
    struct pdf_column is = *column;
    is.x += ruled ? PADDING : 0;
    is.width -= ruled ? 2 * PADDING : 0;
    return is;
}

static double row_height(const struct pdf_sheets *sheets, const struct pdf_cell cells[], size_t n, bool ruled)
{
    double height = 0;
    for (size_t i = 0; i < n; i++) {
        struct pdf_column column = inner(&cells[i].column, ruled);
        double own = cells[i].text ? set_text(sheets, cells[i].style, &column, cells[i].text) : 0;
        height = own > height ? own : height;
    }
    return height + (ruled ? 2 * PADDING : 0);
}

void pdf_sheets_row(struct pdf_sheets *sheets, const struct pdf_cell cells[], size_t n, bool ruled, double gap)
{
    cairo_t *cr = sheets->file->cr;
    double height = row_height(sheets, cells, n, ruled);
    pdf_sheets_need(sheets, height);
    for (size_t i = 0; i < n && !is_full(sheets); i++) {
        struct pdf_column column = inner(&cells[i].column, ruled);
        if (cells[i].text) {
            (void)set_text(sheets, cells[i].style, &column, cells[i].text);
            cairo_move_to(cr, LEFT + column.x, sheets->y + (ruled ? PADDING : 0));
            pango_cairo_show_layout(cr, sheets->file->layout);
        }
        if (ruled) {
            cairo_rectangle(cr, LEFT + cells[i].column.x, sheets->y, cells[i].column.width, height);
            cairo_stroke(cr);
        }
    }
    sheets->y += height + gap;
}

void pdf_sheets_rule(struct pdf_sheets *sheets, const struct pdf_column *column, double length, double gap)
{
    cairo_t *cr = sheets->file->cr;
    double x = LEFT + column->x + (column->width - length) / 2;
    if (!is_full(sheets)) {
        cairo_move_to(cr, x, sheets->y);
        cairo_line_to(cr, x + length, sheets->y);
        cairo_stroke(cr);
    }
    sheets->y += gap;
}

enum err pdf_sheets_end(struct pdf_sheets *sheets, ProtobufCBinaryData *ret_pdf)
{
    if (is_full(sheets))
        return ERR_LIMIT_REACHED;
    cairo_show_page(sheets->file->cr);
    return pdf_file_end(sheets->file, ret_pdf);
}
