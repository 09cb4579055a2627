#include "services/gateway/edge/media.h"

#include "common/base/array.h"
#include <magic.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

#define OFFICE "application/vnd.openxmlformats-officedocument."
#define DOCX OFFICE "wordprocessingml.document"
#define XLSX OFFICE "spreadsheetml.sheet"
#define PPTX OFFICE "presentationml.presentation"
#define ODT "application/vnd.oasis.opendocument.text"

static bool begins(const uint8_t *head, size_t n, const char *magic, size_t magic_bytes)
{
    return n >= magic_bytes && memcmp(head, magic, magic_bytes) == 0;
}

static bool names(const uint8_t *head, size_t n, const char *member)
{
    return memmem(head, n, member, strlen(member)) != NULL;
}

/* A ZIP whose members stand in another order than libmagic knows: their names are in the local headers. */
static const char *office_type(const uint8_t *head, size_t n)
{
    if (names(head, n, "xl/workbook"))
        return XLSX;
    if (names(head, n, "ppt/presentation"))
        return PPTX;
    return names(head, n, "word/") || names(head, n, "[Content_Types].xml") ? DOCX : NULL;
}

/* A ZIP whose first entry, as it is, says so: OpenDocument 1.3, part 2, 3.3. Behind it the next entry begins. */
static bool is_odt(const uint8_t *head, size_t n)
{
    static const char ENTRY[] = "mimetype" ODT "PK";
    enum { LOCAL_HEADER_BYTES = 30 };
    return n >= LOCAL_HEADER_BYTES &&
           begins(head + LOCAL_HEADER_BYTES, n - LOCAL_HEADER_BYTES, ENTRY, sizeof ENTRY - 1);
}

/* One for all threads, for as long as the process lives: what the library knows of files is 8 MB. Under `lock`. */
static magic_t library(void)
{
    static magic_t loaded;
    if (loaded)
        return loaded;
    magic_t magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_ELF);
    if (magic && magic_load(magic, NULL) == 0)
        loaded = magic;
    else if (magic)
        magic_close(magic);
    return loaded;
}

/* NULL: no kind that is taken, or the library cannot be used. */
static const char *magic_type(const uint8_t *head, size_t n)
{
    static const char *const TYPES[] = {DOCX, XLSX, PPTX, ODT, "application/msword", "image/heic", "image/heif"};
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    const char *type = NULL;
    pthread_mutex_lock(&lock);
    magic_t magic = library();
    const char *found = magic ? magic_buffer(magic, head, n) : NULL;
    for (size_t i = 0; found && i < ARRAY_LENGTH(TYPES); i++)
        if (strcmp(found, TYPES[i]) == 0)
            type = TYPES[i];
    pthread_mutex_unlock(&lock);
    return type;
}

static const char *zip_type(const uint8_t *head, size_t n)
{
    const char *type = magic_type(head, n);
    if (type)
        return type;
    return is_odt(head, n) ? ODT : office_type(head, n);
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
    if (begins(head, n, "PK\3\4", 4))
        return zip_type(head, n);
    bool is_media = n > 8 && head[0] == 0 && memcmp(head + 4, "ftyp", 4) == 0;
    if (is_media || begins(head, n, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8))
        return magic_type(head, n);
    return is_text(head, n, bytes == n) ? "text/plain" : NULL;
}
