/* What a file is, by its own first bytes: never by what the client calls it. Of containers (ZIP, OLE, ISO media)
 * libmagic says what they hold. Any thread; the library is opened for each file, since a handle serves one thread. */
#ifndef SOTAY_GATEWAY_MEDIA_H
#define SOTAY_GATEWAY_MEDIA_H

#include <stddef.h>
#include <stdint.h>

#define MEDIA_HEAD_BYTES 32768 /* an old Word file says late what it is */

/* The media type of an allowed kind: PDF, DOC, DOCX, XLSX, PPTX, ODT, PNG, JPEG, HEIC, TIFF, UTF-8 text. NULL: anything
 * else. Constant text. */
const char *media_sniff(const uint8_t *head, size_t head_bytes, uint64_t bytes);

#endif
