/* One letter, drawn on a sheet of A6. `cr` belongs to one thread. */
#ifndef SOTAY_AUTH_LETTER_DRAW_H
#define SOTAY_AUTH_LETTER_DRAW_H

#include "services/auth/letter/letter.h"
#include "services/auth/letter/letter_text.h"

/* Points, 1/72 inch. */
#define LETTER_WIDTH (105 * 72 / 25.4)
#define LETTER_HEIGHT (148.5 * 72 / 25.4)

/* With its upper left corner at the origin. Errors as qr_draw. */
MUST_CHECK enum err letter_draw(cairo_t *cr, PangoLayout *layout, const struct letter *letter);

#endif
