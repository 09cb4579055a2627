#include "services/auth/letter/letter_pdf.h"

#include "common/base/array.h"
#include "services/auth/letter/letter_draw.h"
#include <cairo-pdf.h>

#define PAGE_WIDTH (2 * LETTER_WIDTH)
#define PAGE_HEIGHT (2 * LETTER_HEIGHT)

struct output {
    TALLOC_CTX *ctx;
    ARRAY(uint8_t) bytes;
};

static cairo_status_t write_bytes(void *arg, const unsigned char *data, unsigned n)
{
    struct output *output = arg;
    array_add_many(output->ctx, &output->bytes, data, n);
    return CAIRO_STATUS_SUCCESS;
}

/* Distances are a printer's, not a screen's: nothing is rounded to its dots. */
static PangoLayout *new_layout(cairo_t *cr)
{
    PangoFontMap *map = pango_cairo_font_map_new();
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), 72);
    PangoContext *context = pango_font_map_create_context(map);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_cairo_update_context(cr, context);
    PangoLayout *layout = pango_layout_new(context);
    g_object_unref(context);
    g_object_unref(map);
    return layout;
}

static void draw_cuts(cairo_t *cr)
{
    static const double DASH[] = {4, 4};
    cairo_save(cr);
    cairo_set_source_rgb(cr, 0.5, 0.5, 0.5);
    cairo_set_line_width(cr, 0.5);
    cairo_set_dash(cr, DASH, ARRAY_LENGTH(DASH), 0);
    cairo_move_to(cr, LETTER_WIDTH, 0);
    cairo_line_to(cr, LETTER_WIDTH, PAGE_HEIGHT);
    cairo_move_to(cr, 0, LETTER_HEIGHT);
    cairo_line_to(cr, PAGE_WIDTH, LETTER_HEIGHT);
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

static enum err draw_pages(cairo_t *cr, const struct letter letters[], size_t n, unsigned per_page)
{
    enum err err = ERR_OK;
    PangoLayout *layout = new_layout(cr);
    for (size_t i = 0; i < n && !err; i++) {
        if (per_page > 1 && i % per_page == 0)
            draw_cuts(cr);
        err = draw_at(cr, layout, &letters[i], per_page, i % per_page);
        if (i % per_page == per_page - 1 || i == n - 1)
            cairo_show_page(cr);
    }
    g_object_unref(layout);
    return err;
}

enum err letter_pdf(TALLOC_CTX *ctx, const struct letter letters[], size_t n, unsigned per_page,
                    ProtobufCBinaryData *ret_pdf)
{
    struct output output = {.ctx = ctx};
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(write_bytes, &output, PAGE_WIDTH, PAGE_HEIGHT);
    cairo_t *cr = cairo_create(surface);
    enum err err = draw_pages(cr, letters, n, per_page);
    cairo_surface_finish(surface);
    if (!err && (cairo_status(cr) || cairo_surface_status(surface)))
        err = ERR_INTERNAL;
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    if (!err)
        *ret_pdf = (ProtobufCBinaryData){output.bytes.n, output.bytes.items};
    return err;
}
