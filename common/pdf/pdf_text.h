/* Text on paper, by Pango, in fonts that have all of Vietnamese. Either of the largest size that fits its room, broken
 * between words only, so that no syllable of a name is ever divided; or of its own size, however high it gets. A layout
 * belongs to one thread. */
#ifndef SOTAY_COMMON_PDF_TEXT_H
#define SOTAY_COMMON_PDF_TEXT_H

#include "common/base/err.h"
#include <pango/pangocairo.h>
#include <stdbool.h>

enum pdf_font {
    PDF_SANS,
    PDF_CODE,  /* all characters as wide, 0 unlike O */
    PDF_SERIF, /* of official papers */
};

/* Points, 1/72 inch. */
struct pdf_style {
    enum pdf_font font;
    bool bold, italic;
    double size, least;
    double height; /* of all lines together; 0: whatever they take, in `size`, and a word that is too wide is broken */
};

/* Sets `text` in a room of this width; its height is *ret_height. Below `least` it gets no smaller: then it is higher
 * than its room. */
void pdf_text_set(PangoLayout *layout, const struct pdf_style *style, const char *text, double width,
                  double *ret_height);

/* Whether the fonts are there and have every letter of Vietnamese; ERR_CONFIG, after a log line that names what is
 * missing and the package that has it. Any thread. */
MUST_CHECK enum err pdf_check_fonts(void);

#endif
