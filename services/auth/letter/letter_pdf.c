#include "services/auth/letter/letter_pdf.h"

#include "common/base/array.h"
#include "services/auth/letter/letter_draw.h"

static void draw_cuts(cairo_t *cr)
{
    static const double DASH[] = {4, 4};
    cairo_save(cr);
    cairo_set_source_rgb(cr, 0.5, 0.5, 0.5);
    cairo_set_line_width(cr, 0.5);
    cairo_set_dash(cr, DASH, ARRAY_LENGTH(DASH), 0);
    cairo_move_to(cr, LETTER_WIDTH, 0);
    cairo_line_to(cr, LETTER_WIDTH, PDF_A4_HEIGHT);
    cairo_move_to(cr, 0, LETTER_HEIGHT);
    cairo_line_to(cr, PDF_A4_WIDTH, LETTER_HEIGHT);
    cairo_stroke(cr);
    cairo_restore(cr);
}

/* At its place on the page: in the order of reading. */
static enum err draw_at(cairo_t *cr, PangoLayout *layout, const struct letter *letter, unsigned per_page, size_t place)
{
    cairo_save(cr);
    if (per_page == 1)
        cairo_scale(cr, 2, 2);
    else
        cairo_translate(cr, (double)(place % 2) * LETTER_WIDTH, (double)(place / 2) * LETTER_HEIGHT);
    enum err err = letter_draw(cr, layout, letter);
    cairo_restore(cr);
    return err;
}

enum err letter_pdf(TALLOC_CTX *ctx, const struct letter letters[], size_t n, unsigned per_page,
                    ProtobufCBinaryData *ret_pdf)
{
    enum err err = ERR_OK;
    struct pdf_file *file = pdf_file_new(ctx, PDF_A4_WIDTH, PDF_A4_HEIGHT);
    for (size_t i = 0; i < n && !err; i++) {
        if (per_page > 1 && i % per_page == 0)
            draw_cuts(file->cr);
        err = draw_at(file->cr, file->layout, &letters[i], per_page, i % per_page);
        if (i % per_page == per_page - 1 || i == n - 1)
            cairo_show_page(file->cr);
    }
    return err ? err : pdf_file_end(file, ret_pdf);
}
