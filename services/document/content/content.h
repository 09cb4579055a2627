/* The content of a document: a file, whose bytes lie in the gateway's blob store under their SHA-256, or a text, whose
 * bytes lie here. Pure. Any thread. */
#ifndef SOTAY_DOCUMENT_CONTENT_H
#define SOTAY_DOCUMENT_CONTENT_H

#include "sotay/v1/document.pb-c.h"
#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

enum { CONTENT_SHA256_BYTES = 32 };
#define CONTENT_TEXT_MEDIA_TYPE "text/plain; charset=utf-8"

struct content {
    uint8_t sha256[CONTENT_SHA256_BYTES];
    int64_t bytes;
    const char *media_type;
    bool is_text;
    const char *text; /* only of a content just made or asked for: elsewhere it stays in the database */
};

/* `text` is borrowed. */
struct content content_of_text(const char *text);
/* What the gateway vouches for: the uploader's receipt. False: there is none, or its hash is none. */
bool content_of_blob(const Pb__Blob *blob, struct content *ret_content);

/* "15-NQ-DU.pdf": letters, digits and hyphens of `name`, whose accents are gone already. */
char *content_file_name(TALLOC_CTX *ctx, const char *name, const char *media_type);

#endif
