#include "services/document/content/content.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include <ctype.h>
#include <sodium.h>
#include <string.h>

_Static_assert(CONTENT_SHA256_BYTES == crypto_hash_sha256_BYTES, "a hash is copied whole");

struct content content_of_text(const char *text)
{
    size_t n = strlen(text);
    struct content content = {
        .bytes = (int64_t)n, .media_type = CONTENT_TEXT_MEDIA_TYPE, .is_text = true, .text = text};
    crypto_hash_sha256(content.sha256, (const unsigned char *)text, n);
    return content;
}

bool content_of_blob(const Pb__Blob *blob, struct content *ret_content)
{
    if (!blob || blob->sha256.len != sizeof ret_content->sha256)
        return false;
    *ret_content = (struct content){.bytes = blob->bytes, .media_type = blob->media_type};
    memcpy(ret_content->sha256, blob->sha256.data, sizeof ret_content->sha256);
    return true;
}

/* --- names of files ----------------------------------------------------------------------------------------------- */

static const char *extension_of(const char *media_type)
{
    static const struct {
        const char *type, *extension;
    } KNOWN[] = {
        {"application/pdf", ".pdf"},
        {"image/png", ".png"},
        {"image/jpeg", ".jpg"},
        {"image/tiff", ".tif"},
        {"image/heic", ".heic"},
        {"image/heif", ".heif"},
        {"text/plain", ".txt"},
        {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"},
        {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"},
        {"application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"},
        {"application/vnd.oasis.opendocument.text", ".odt"},
        {"application/msword", ".doc"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(KNOWN); i++)
        if (strncmp(media_type, KNOWN[i].type, strlen(KNOWN[i].type)) == 0)
            return KNOWN[i].extension;
    return "";
}

char *content_file_name(TALLOC_CTX *ctx, const char *name, const char *media_type)
{
    enum { NAME_BYTES = 100 };
    char safe[NAME_BYTES + 1];
    size_t n = 0;
    for (; *name && n < NAME_BYTES; name++) {
        if (isascii((unsigned char)*name) && isalnum((unsigned char)*name))
            safe[n++] = *name;
        else if (n > 0 && safe[n - 1] != '-')
            safe[n++] = '-';
    }
    while (n > 0 && safe[n - 1] == '-')
        n--;
    safe[n] = '\0';
    return mem_printf(ctx, "%s%s", n > 0 ? safe : "document", extension_of(media_type));
}
