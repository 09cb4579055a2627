/* Files that sotay-extract is to read: FOLDER/text.pdf, and FOLDER/scan.pdf, the same pages as pictures of 200 dpi.
 *
 *   extraction_files FOLDER TEXT_PAGES SCANNED_PAGES */
#include "common/base/mem.h"
#include "common/pdf/pdf_file.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { DPI = 200, MARGIN = 70, SIZE = 13, LINES = 32 };

static void must(bool truth, const char *what)
{
    if (truth)
        return;
    (void)fprintf(stderr, "extraction_files: %s\n", what);
    exit(EXIT_FAILURE);
}

static char *page_text(TALLOC_CTX *ctx, int page)
{
    char *text = mem_printf(ctx, "Điều %d. Phạm vi điều chỉnh và đối tượng áp dụng\n", page);
    for (int i = 1; i < LINES; i++)
        text = mem_append(text, "%d. Các chi bộ trực thuộc có trách nhiệm tuyên truyền, vận động Nhân dân.\n", i);
    return text;
}

static void draw_page(TALLOC_CTX *ctx, cairo_t *cr, PangoLayout *layout, int page)
{
    PangoFontDescription *font = pango_font_description_from_string("Tinos");
    pango_font_description_set_absolute_size(font, SIZE * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_width(layout, (int)(PDF_A4_WIDTH - 2 * MARGIN) * PANGO_SCALE);
    pango_layout_set_text(layout, page_text(ctx, page), -1);
    cairo_set_source_rgb(cr, 0, 0, 0);
    cairo_move_to(cr, MARGIN, MARGIN);
    pango_cairo_show_layout(cr, layout);
    pango_font_description_free(font);
}

static cairo_surface_t *picture_of(TALLOC_CTX *ctx, int page)
{
    const double scale = DPI / 72.0;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(PDF_A4_WIDTH * scale),
                                                          (int)(PDF_A4_HEIGHT * scale));
    cairo_t *cr = cairo_create(surface);
    cairo_scale(cr, scale, scale);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    PangoLayout *layout = pango_cairo_create_layout(cr);
    draw_page(ctx, cr, layout, page);
    g_object_unref(layout);
    cairo_destroy(cr);
    return surface;
}

static void make(const char *path, int pages, bool is_scanned)
{
    TALLOC_CTX *ctx = mem_context(NULL, "file");
    struct pdf_file *pdf = pdf_file_new(ctx, PDF_A4_WIDTH, PDF_A4_HEIGHT);
    ProtobufCBinaryData bytes;
    for (int page = 1; page <= pages; page++) {
        cairo_surface_t *picture = is_scanned ? picture_of(ctx, page) : NULL;
        cairo_save(pdf->cr);
        if (picture) {
            cairo_scale(pdf->cr, 72.0 / DPI, 72.0 / DPI);
            cairo_set_source_surface(pdf->cr, picture, 0, 0);
            cairo_paint(pdf->cr);
            cairo_surface_destroy(picture);
        } else {
            draw_page(ctx, pdf->cr, pdf->layout, page);
        }
        cairo_restore(pdf->cr);
        cairo_show_page(pdf->cr);
    }
    must(pdf_file_end(pdf, &bytes) == ERR_OK, path);
    FILE *file = fopen(path, "wb");
    must(file && fwrite(bytes.data, 1, bytes.len, file) == bytes.len && fclose(file) == 0, path);
    mem_free(ctx);
}

int main(int argc, char **argv)
{
    TALLOC_CTX *ctx = mem_context(NULL, "names");
    must(argc == 4, "FOLDER TEXT_PAGES SCANNED_PAGES");
    make(mem_printf(ctx, "%s/text.pdf", argv[1]), (int)strtol(argv[2], NULL, 10), false);
    make(mem_printf(ctx, "%s/scan.pdf", argv[1]), (int)strtol(argv[3], NULL, 10), true);
    mem_free(ctx);
    return EXIT_SUCCESS;
}
