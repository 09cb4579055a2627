/* A page as a picture that screens show: of a PDF drawn, a photo as it was meant to be seen. In the sandbox. */
#ifndef SOTAY_DOCUMENT_EXTRACT_PAGE_PICTURE_H
#define SOTAY_DOCUMENT_EXTRACT_PAGE_PICTURE_H

#include "services/document/extract/output.h"
#include "services/document/extract/sandboxed.h"
#include <stdint.h>

/* Loads what it needs from the operating system, before there is none. */
void page_picture_prepare(void);
/* Page number `page`, from 1, as a PNG that is so wide, or less where the picture is. Its bytes stay as long as the
 * process. EXTRACT_NO_PAGE: it has not so many, or no pages at all. */
enum extract_end page_picture_make(const struct sandboxed_file *file, int page, int width, uint8_t **ret_png,
                                   size_t *ret_n);

#endif
