/* One letter, drawn on a sheet of A6. `cr` belongs to one thread. */
#ifndef SOTAY_AUTH_LETTER_DRAW_H
#define SOTAY_AUTH_LETTER_DRAW_H

#include "common/pdf/pdf_file.h"
#include "common/pdf/pdf_text.h"
#include "services/auth/letter/letter.h"

/* Points, 1/72 inch. */
#define LETTER_WIDTH (PDF_A4_WIDTH / 2)
#define LETTER_HEIGHT (PDF_A4_HEIGHT / 2)

/* With its upper left corner at the origin. Errors as qr_draw. */
MUST_CHECK enum err letter_draw(cairo_t *cr, PangoLayout *layout, const struct letter *letter);

#endif
