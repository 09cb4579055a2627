/* Pages of a PDF whose fonts do not say which letters their shapes are: what is read of them is control characters,
 * private ones and the like, though they look like any other. Pure. Any thread. */
#ifndef SOTAY_DOCUMENT_EXTRACT_UNMAPPED_H
#define SOTAY_DOCUMENT_EXTRACT_UNMAPPED_H

#include <stdbool.h>
#include <stddef.h>

/* So many of its words have letters that are none, that it is read as a picture. A sign by itself, as before the items
 * of a list, is no word. */
bool unmapped_is(const char *text, size_t n);

#endif
