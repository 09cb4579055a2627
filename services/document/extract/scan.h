/* The text of pictures of pages, by tesseract in Vietnamese. What people photograph is shaded, turned and upside down:
 * it is put right first. One thread. */
#ifndef SOTAY_DOCUMENT_EXTRACT_SCAN_H
#define SOTAY_DOCUMENT_EXTRACT_SCAN_H

#include "services/document/extract/output.h"
#include <stdbool.h>

enum { SCAN_DPI = 200 }; /* at which pages are drawn, and of a picture that does not say */

/* Loads what reading needs from its files, before there are none. False: they are not installed. */
bool scan_prepare(void);

/* A picture file (PNG, JPEG, TIFF with all its pages), a page for each picture. */
enum extract_end scan_extract(const char *bytes, size_t n, struct output *output);

/* A picture in shades of grey, a byte each, that is the page under way. */
struct scan_picture {
    const unsigned char *bytes;
    int width, height, row_bytes;
};
void scan_page(const struct scan_picture *picture, struct output *output);

#endif
