/* Locks of the blob store, which all gateways on its folder share: what looks at a file and then changes something
 * about it does both under the file's lock, and what counts an organisation's files under that one's.
 *
 *     <folder>/locks/<2 hex>   taken with flock, so that a process that dies lets go; by the first byte of a hash, or
 *                              the last of an organisation's id
 *
 * Nobody holds two, and nobody asks a service or a client while he holds one. Any thread. */
#ifndef SOTAY_GATEWAY_BLOB_LOCK_H
#define SOTAY_GATEWAY_BLOB_LOCK_H

#include "common/base/err.h"
#include <stdint.h>

#define BLOB_LOCK_WAIT_MS 2000

/* Blocks for BLOB_LOCK_WAIT_MS at most: ERR_OVERLOADED, as somebody who holds it stands still, or no descriptor is
 * left; ERR_DISK_FULL, ERR_INTERNAL: what the disk says. It is let go of by close(). */
MUST_CHECK enum err blob_lock(const char *folder, uint8_t which, int *ret_fd);

/* Likewise a lock of its own name; does not wait. ERR_OVERLOADED: another has it. */
MUST_CHECK enum err blob_lock_named(const char *folder, const char *name, int *ret_fd);

/* Of the call that has just failed, by errno: only a disk that is full is told to clients as one. It is logged. */
MUST_CHECK enum err blob_failed(const char *what);

#endif
