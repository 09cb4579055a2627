/* The store of files' bytes: a folder, by SHA-256, beside receipts of who uploaded what.
 *
 *     <folder>/<64 hex>                    the bytes
 *     <folder>/<64 hex>.<member>           the receipt of a file that a command has named: it stays
 *     <folder>/<64 hex>.<member>.unused    of one that none has named yet: it goes in time (blob_sweep.h)
 *     <folder>/upload.<random>             under way
 *
 * A receipt says "<bytes> <media type> <branch>\n"; old ones say no branch. What is kept was synced before: a receipt
 * never names bytes that a power cut could take. Any thread, but one upload belongs to one thread at a time. It blocks
 * for the disk. */
#ifndef SOTAY_GATEWAY_BLOB_STORE_H
#define SOTAY_GATEWAY_BLOB_STORE_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#define BLOB_SHA256_BYTES 32
#define BLOB_MEDIA_TYPE_BYTES 128
#define BLOB_UNUSED ".unused"
#define BLOB_UPLOAD "upload." /* how the name begins of what is under way */

struct blob_upload;
/* Whose a file is, as long as no command has named it. */
struct blob_owner {
    struct uuid member, branch;
};
struct blob_receipt {
    int64_t bytes;
    char media_type[BLOB_MEDIA_TYPE_BYTES];
    struct uuid branch; /* of its member when he sent it; zero: not said */
};

/* Begins a file. Freed before it is kept it leaves nothing behind. ERR_DISK_FULL; ERR_OVERLOADED: no
 * descriptor is left; ERR_INTERNAL: anything else that the disk says. They are logged, here and below. */
MUST_CHECK enum err blob_upload_new(TALLOC_CTX *ctx, const char *folder, struct blob_upload **ret_upload);
MUST_CHECK enum err blob_upload_write(struct blob_upload *upload, const void *bytes, size_t n);
uint64_t blob_upload_bytes(const struct blob_upload *upload);
/* Syncs the bytes under their hash, and the owner's receipt. Once. */
MUST_CHECK enum err blob_upload_keep(struct blob_upload *upload, const struct blob_owner *owner, const char *media_type,
                                     uint8_t ret_sha256[BLOB_SHA256_BYTES]);
/* It was kept, and its owner had no receipt of the same bytes before. */
bool blob_upload_is_new(const struct blob_upload *upload);

/* What `member`'s receipt says. ERR_NOT_FOUND: he has none for these bytes. */
MUST_CHECK enum err blob_receipt_read(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES],
                                      const struct uuid *member, struct blob_receipt *ret_receipt);
/* A command is about to name it: from now on it stays, whatever becomes of that. *ret_first: none had. ERR_NOT_FOUND:
 * he has no receipt, or none any more. */
MUST_CHECK enum err blob_receipt_use(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES],
                                     const struct uuid *member, bool *ret_first);
/* Reads a receipt's text. False: it is none. Pure. */
bool blob_receipt_parse(const char *text, struct blob_receipt *ret_receipt);

/* A descriptor to read the bytes from, the caller's; -1. */
int blob_open(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES]);
/* Likewise of a file that a service keeps below the folder, at the path that it names: it has a life of its own, and no
 * receipts. */
int blob_open_path(const char *folder, const char *path);

#endif
