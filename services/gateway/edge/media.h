/* What a file is, by its own first bytes: never by what the client calls it. Pure. */
#ifndef SOTAY_GATEWAY_MEDIA_H
#define SOTAY_GATEWAY_MEDIA_H

#include <stddef.h>
#include <stdint.h>

#define MEDIA_HEAD_BYTES 4096

/* The media type of an allowed kind: PDF, DOCX, ODT, PNG, JPEG, TIFF, UTF-8 text. NULL: anything else.
 * Constant text. */
const char *media_sniff(const uint8_t *head, size_t head_bytes, uint64_t bytes);

#endif
