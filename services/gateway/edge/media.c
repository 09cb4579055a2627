#include "services/gateway/edge/media.h"

#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

#define DOCX "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#define ODT "application/vnd.oasis.opendocument.text"

static bool begins(const uint8_t *head, size_t n, const char *magic, size_t magic_bytes)
{
    return n >= magic_bytes && memcmp(head, magic, magic_bytes) == 0;
}

/* A ZIP whose first entries are those of a word processor's document: the names stand in the local headers. */
static bool is_docx(const uint8_t *head, size_t n)
{
    return begins(head, n, "PK\3\4", 4) && (memmem(head, n, "word/", 5) || memmem(head, n, "[Content_Types].xml", 19));
}

/* A ZIP whose first entry, as it is, says so: OpenDocument 1.3, part 2, 3.3. Behind it the next entry begins. */
static bool is_odt(const uint8_t *head, size_t n)
{
    static const char ENTRY[] = "mimetype" ODT "PK";
    enum { LOCAL_HEADER_BYTES = 30 };
    return begins(head, n, "PK\3\4", 4) && n >= LOCAL_HEADER_BYTES &&
           begins(head + LOCAL_HEADER_BYTES, n - LOCAL_HEADER_BYTES, ENTRY, sizeof ENTRY - 1);
}

static bool is_text(const uint8_t *head, size_t n, bool whole)
{
    for (size_t at = 0; at < n;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t bytes = utf8proc_iterate(head + at, (utf8proc_ssize_t)(n - at), &point);
        if (bytes <= 0)
            return !whole && n - at < 4; /* a character that the head's end cuts */
        if (point == 0x7f || (point < 0x20 && point != '\n' && point != '\r' && point != '\t' && point != '\f'))
            return false;
        at += (size_t)bytes;
    }
    return true;
}

const char *media_sniff(const uint8_t *head, size_t n, uint64_t bytes)
{
    if (begins(head, n, "%PDF-", 5))
        return "application/pdf";
    if (begins(head, n, "\x89PNG\r\n\x1a\n", 8))
        return "image/png";
    if (begins(head, n, "\xff\xd8\xff", 3))
        return "image/jpeg";
    if (begins(head, n, "II*\0", 4) || begins(head, n, "MM\0*", 4))
        return "image/tiff";
    if (is_docx(head, n))
        return DOCX;
    if (is_odt(head, n))
        return ODT;
    return is_text(head, n, bytes == n) ? "text/plain" : NULL;
}
