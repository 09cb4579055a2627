/* The store of files' bytes: a folder, by SHA-256, beside receipts of who uploaded what.
 *
 *     <folder>/<64 hex>               the bytes
 *     <folder>/<64 hex>.<member>      the receipt: "<bytes> <media type>\n"
 *     <folder>/upload.<random>        under way
 *
 * What is kept was synced before: a receipt never names bytes that a power cut could take. Any thread, but one upload
 * belongs to one thread at a time. It blocks for the disk. */
#ifndef SOTAY_GATEWAY_BLOB_STORE_H
#define SOTAY_GATEWAY_BLOB_STORE_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#define BLOB_SHA256_BYTES 32
#define BLOB_MEDIA_TYPE_BYTES 128

struct blob_upload;

/* Begins a file. Freed before it is kept it leaves nothing behind. ERR_DISK_FULL; ERR_OVERLOADED: no
 * descriptor is left; ERR_INTERNAL: anything else that the disk says. They are logged, here and below. */
MUST_CHECK enum err blob_upload_new(TALLOC_CTX *ctx, const char *folder, struct blob_upload **ret_upload);
MUST_CHECK enum err blob_upload_write(struct blob_upload *upload, const void *bytes, size_t n);
uint64_t blob_upload_bytes(const struct blob_upload *upload);
/* Syncs the bytes under their hash, and `member`'s receipt. Once. */
MUST_CHECK enum err blob_upload_keep(struct blob_upload *upload, const struct uuid *member, const char *media_type,
                                     uint8_t ret_sha256[BLOB_SHA256_BYTES]);

/* What `member`'s receipt says. ERR_NOT_FOUND: he has none for these bytes. */
MUST_CHECK enum err blob_receipt_read(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES],
                                      const struct uuid *member, int64_t *ret_bytes,
                                      char ret_media_type[BLOB_MEDIA_TYPE_BYTES]);

/* A descriptor to read the bytes from, the caller's; -1. */
int blob_open(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES]);
/* Likewise of a file that a service keeps below the folder, at the path that it names: it has a life of its own, and no
 * receipts. */
int blob_open_path(const char *folder, const char *path);

#endif
