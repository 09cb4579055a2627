/* A QR code (ISO/IEC 18004, by libqrencode) as vector rectangles. Any thread; `cr` belongs to one. */
#ifndef SOTAY_AUTH_LETTER_QR_H
#define SOTAY_AUTH_LETTER_QR_H

#include "common/base/err.h"
#include <cairo.h>

/* A square of `side`, its quiet zone of four modules included, with its corner at x, y. ERR_INTERNAL: the text is too
 * long for any code. */
MUST_CHECK enum err qr_draw(cairo_t *cr, const char *text, double x, double y, double side);

#endif
