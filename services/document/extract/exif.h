/* How a camera was held: what a JPEG's EXIF says of it. Bytes are a stranger's. Pure. Any thread. */
#ifndef SOTAY_DOCUMENT_EXTRACT_EXIF_H
#define SOTAY_DOCUMENT_EXTRACT_EXIF_H

#include <stdbool.h>
#include <stddef.h>

/* EXIF's numbers, of 1 to 8: what is done to the picture as it lies in the file, to see it upright. */
struct exif_turn {
    int quarters;     /* clockwise, 0 to 3 */
    bool is_mirrored; /* then left and right change places */
};
/* No turn, where it says none, or nothing that is understood. */
struct exif_turn exif_turn_of(const char *bytes, size_t n);

#endif
