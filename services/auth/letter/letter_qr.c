#include "services/auth/letter/letter_qr.h"

#include <qrencode.h>

enum { QUIET = 4 };

/* One rectangle for each run of dark modules: neighbours that are drawn apart show a hair line between them. */
static void add_row(cairo_t *cr, const unsigned char *row, int width, double x, double y, double module)
{
    for (int from = 0, to; from < width; from = to) {
        for (to = from; to < width && (row[to] & 1) == (row[from] & 1); to++)
            ;
        if (row[from] & 1)
            cairo_rectangle(cr, x + from * module, y, (to - from) * module, module);
    }
}

enum err qr_draw(cairo_t *cr, const char *text, double x, double y, double side)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (!code)
        return ERR_INTERNAL;
    double module = side / (code->width + 2 * QUIET);
    for (int row = 0; row < code->width; row++)
        add_row(cr, code->data + row * code->width, code->width, x + QUIET * module, y + (QUIET + row) * module,
                module);
    cairo_fill(cr);
    QRcode_free(code);
    return ERR_OK;
}
