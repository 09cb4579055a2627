/* Text on a letter, by Pango: of the largest size that fits its room, broken between words only, so that no syllable of
 * a name is ever divided. A layout belongs to one thread. */
#ifndef SOTAY_AUTH_LETTER_TEXT_H
#define SOTAY_AUTH_LETTER_TEXT_H

#include "common/base/err.h"
#include <pango/pangocairo.h>
#include <stdbool.h>

/* Points, 1/72 inch. */
struct text_style {
    bool is_code; /* all characters as wide, 0 unlike O */
    bool bold;
    double size, least;
    double height; /* of all lines together; 0: whatever they take */
};

/* Sets `text` in a room of this width; its height is *ret_height. Below `least` it gets no smaller: then it is higher
 * than its room. */
void text_set(PangoLayout *layout, const struct text_style *style, const char *text, double width, double *ret_height);

/* Whether the fonts are there and have every letter of Vietnamese; ERR_CONFIG, after a log line that names what is
 * missing and the package that has it. Any thread. */
MUST_CHECK enum err text_check_fonts(void);

#endif
