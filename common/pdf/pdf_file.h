/* One PDF as it is drawn: pages of one size, in memory. Owned by its context, used by one thread.
 *
 *     struct pdf_file *file = pdf_file_new(ctx, PDF_A4_WIDTH, PDF_A4_HEIGHT);
 *     …draw with file->cr and file->layout, cairo_show_page(file->cr) behind each page…
 *     err = pdf_file_end(file, &pdf); */
#ifndef SOTAY_COMMON_PDF_FILE_H
#define SOTAY_COMMON_PDF_FILE_H

#include "common/base/err.h"
#include <pango/pangocairo.h>
#include <protobuf-c/protobuf-c.h>
#include <talloc.h>

/* Points, 1/72 inch, as everywhere in this folder. */
#define PDF_MM (72 / 25.4)
#define PDF_A4_WIDTH (210 * PDF_MM)
#define PDF_A4_HEIGHT (297 * PDF_MM)

struct pdf_file {
    cairo_t *cr;
    PangoLayout *layout; /* distances are a printer's: nothing is rounded to a screen's dots */
};

struct pdf_file *pdf_file_new(TALLOC_CTX *ctx, double width, double height);
/* Nothing is drawn afterwards. *ret_pdf is owned by the context that the file was made for. ERR_INTERNAL: it cannot be
 * drawn. */
MUST_CHECK enum err pdf_file_end(struct pdf_file *file, ProtobufCBinaryData *ret_pdf);

#endif
