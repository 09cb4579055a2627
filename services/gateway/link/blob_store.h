/* The store of files' bytes: a folder, by SHA-256, beside receipts of who uploaded what.
 *
 *     <folder>/<64 hex>               the bytes; modified when they were last uploaded, or named in a command
 *     <folder>/<64 hex>.<member>      the receipt: "<bytes> <media type> <organisation>\n", the last since files count
 *     <folder>/held/                  what is under way, and what counts as unused (blob_held.h)
 *     <folder>/locks/                 who changes something about a file does it under its lock (blob_lock.h)
 *
 * What is kept was synced before: a receipt never names bytes that a power cut could take. Any thread, but one upload
 * belongs to one thread at a time. It blocks for the disk. `now_us` is the wall clock, shifted as a demo's is. */
#ifndef SOTAY_GATEWAY_BLOB_STORE_H
#define SOTAY_GATEWAY_BLOB_STORE_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include "services/gateway/link/blob_held.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#define BLOB_MEDIA_TYPE_BYTES 128

struct blob_upload;

/* Begins a file of `expected_bytes`; 0: nobody says how many, and they are counted in steps of BLOB_STEP_BYTES while
 * they come. Freed before it is kept it leaves nothing behind. ERR_FILES_UNUSED, ERR_ORGANIZATION_FILES_UNUSED: with it
 * more would be held than `most`, which is borrowed. ERR_DISK_FULL; ERR_OVERLOADED: no descriptor is left, or a lock;
 * ERR_INTERNAL: anything else that the disk says. They are logged, here and below. */
#define BLOB_STEP_BYTES (INT64_C(8) << 20)
MUST_CHECK enum err blob_upload_new(TALLOC_CTX *ctx, const char *folder, const struct blob_owner *owner,
                                    int64_t expected_bytes, const struct blob_limits *most,
                                    struct blob_upload **ret_upload);
MUST_CHECK enum err blob_upload_write(struct blob_upload *upload, const void *bytes, size_t n);
int64_t blob_upload_bytes(const struct blob_upload *upload);
/* Syncs the bytes under their hash, and the owner's receipt. Once. */
MUST_CHECK enum err blob_upload_keep(struct blob_upload *upload, const char *media_type, int64_t now_us,
                                     uint8_t ret_sha256[BLOB_SHA256_BYTES]);

struct blob_receipt {
    int64_t bytes;
    char media_type[BLOB_MEDIA_TYPE_BYTES];
    struct uuid organization; /* for which it counts; zero: of a time when none did */
};
/* What `member`'s receipt says. ERR_NOT_FOUND: he has none for these bytes. */
MUST_CHECK enum err blob_receipt_read(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES],
                                      const struct uuid *member, struct blob_receipt *ret_receipt);
/* Likewise for a command that names the file and may wait in a queue: from now on it is kept as if it had been uploaded
 * at this moment. ERR_NOT_FOUND also where the bytes are gone; else as blob_upload_new. */
MUST_CHECK enum err blob_receipt_use(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES],
                                     const struct uuid *member, int64_t now_us, struct blob_receipt *ret_receipt);
/* A service names it now: it does not count as unused. */
void blob_receipt_used(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], const struct uuid *member);

/* A descriptor to read the bytes from, the caller's; -1. */
int blob_open(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES]);
/* Likewise of a file that a service keeps below the folder, at the path that it names: it has a life of its own, and no
 * receipts. */
int blob_open_path(const char *folder, const char *path);

/* --- for the sweep (blob_sweep.h), all under the file's lock --- */

/* Removes the bytes if they were last uploaded or named before `before_us`: how many that were; -1: they stay. */
int64_t blob_remove(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], int64_t before_us);
/* Rows name it now: when they do no longer, it stays nearly as long as one that was just uploaded. */
void blob_renew(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], int64_t now_us);
/* Brings the receipt, and what its owner counts as holding, into line with the bytes: without them it goes; a file that
 * is named counts no more; one that is not, though it was uploaded and named before `before_us`, counts again. */
void blob_receipt_settle(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], const struct uuid *member,
                         bool is_named, int64_t before_us);

#endif
