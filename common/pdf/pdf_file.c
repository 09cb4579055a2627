#include "common/pdf/pdf_file.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include <cairo-pdf.h>
#include <stdbool.h>

struct open_file {
    struct pdf_file is; /* first: what callers hold */
    TALLOC_CTX *ctx;
    cairo_surface_t *surface;
    ARRAY(uint8_t) bytes;
    bool is_closed; /* nobody wants what is still to be written */
};

static cairo_status_t write_bytes(void *arg, const unsigned char *data, unsigned n)
{
    struct open_file *file = arg;
    if (file->is_closed)
        return CAIRO_STATUS_WRITE_ERROR;
    array_add_many(file->ctx, &file->bytes, data, n);
    return CAIRO_STATUS_SUCCESS;
}

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

static int file_done(struct open_file *file)
{
    file->is_closed = true;
    g_object_unref(file->is.layout);
    cairo_destroy(file->is.cr);
    cairo_surface_destroy(file->surface);
    return 0;
}

struct pdf_file *pdf_file_new(TALLOC_CTX *ctx, double width, double height)
{
    struct open_file *file = mem_new(ctx, struct open_file);
    file->ctx = ctx;
    file->surface = cairo_pdf_surface_create_for_stream(write_bytes, file, width, height);
    file->is.cr = cairo_create(file->surface);
    file->is.layout = new_layout(file->is.cr);
    talloc_set_destructor(file, file_done);
    return &file->is;
}

enum err pdf_file_end(struct pdf_file *file, ProtobufCBinaryData *ret_pdf)
{
    struct open_file *open = (struct open_file *)file;
    cairo_surface_finish(open->surface);
    if (cairo_status(file->cr) || cairo_surface_status(open->surface))
        return ERR_INTERNAL;
    *ret_pdf = (ProtobufCBinaryData){open->bytes.n, open->bytes.items};
    return ERR_OK;
}
