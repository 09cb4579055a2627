/* What members and their organisations hold unused in the blob store: what they have uploaded, or are uploading, and no
 * service names. It is counted from names alone, in a folder for each organisation that holds no more of them than the
 * organisation may: the store itself is never listed for it.
 *
 *     <folder>/held/<organisation>/<member>.<bytes>.<64 hex>   a file that is kept: empty
 *     <folder>/held/<organisation>/<member>.<bytes>.<uuid>     an upload under way: what has come of the bytes that it
 *                                                              counts for; flock tells that its process lives
 *
 * An upload is counted before it is asked whether it is too much, under the organisation's lock: however many begin at
 * once, at whichever gateways, together they hold no more than is allowed. What a power cut takes of these names is
 * written again by the sweep, from the receipts. Any thread; blocks for the disk. */
#ifndef SOTAY_GATEWAY_BLOB_HELD_H
#define SOTAY_GATEWAY_BLOB_HELD_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#define BLOB_SHA256_BYTES 32
#define BLOB_HEX_BYTES (2 * BLOB_SHA256_BYTES + 1)

/* Who has uploaded it, and for whom: his branch. */
struct blob_owner {
    struct uuid member, organization;
};

struct blob_count {
    int64_t files, bytes;
};
struct blob_limits {
    struct blob_count member, organization;
};

/* Pure. ERR_FILES_UNUSED, ERR_ORGANIZATION_FILES_UNUSED: more is held than `most` allows. */
MUST_CHECK enum err blob_held_check(const struct blob_limits *held, const struct blob_limits *most);

/* What he holds, and his organisation; nothing is nothing. */
MUST_CHECK enum err blob_held_count(const char *folder, const struct blob_owner *owner, struct blob_limits *ret_held);

/* An upload that is counted for `bytes`: its path, owned by ctx, and a descriptor to write to. What is too much leaves
 * nothing: ERR_FILES_UNUSED, ERR_ORGANIZATION_FILES_UNUSED; else as blob_lock. */
MUST_CHECK enum err blob_held_begin(TALLOC_CTX *ctx, const char *folder, const struct blob_owner *owner, int64_t bytes,
                                    const struct blob_limits *most, char **ret_path, int *ret_fd);
/* It is counted for so many from now on; `path` changes. Refused as above, and then it is still there. */
MUST_CHECK enum err blob_held_grow(TALLOC_CTX *ctx, const char *folder, const struct blob_owner *owner, int64_t bytes,
                                   const struct blob_limits *most, char **path);

/* A file that is kept, under the lock of its hash: it is there, whether it was or not; it is there no more. (Removed
 * without the lock, as blob_receipt_used does: what is uploaded at that moment counts from the next pass on.) */
MUST_CHECK enum err blob_held_add(const char *folder, const struct blob_owner *owner, int64_t bytes,
                                  const uint8_t sha256[BLOB_SHA256_BYTES]);
void blob_held_remove(const char *folder, const struct blob_owner *owner, int64_t bytes,
                      const uint8_t sha256[BLOB_SHA256_BYTES]);

/* Removes uploads whose process is gone, names of files or receipts that are, and folders that are empty. Those of
 * processes that live stay, at whichever gateway. */
void blob_held_clean(const char *folder);

#endif
