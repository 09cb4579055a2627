/* One pass over the blob store, a few names at a time: what nobody names and is old goes, receipts follow the bytes,
 * and what is unused counts as such (blob_held.h). Who uses it asks the services between two steps. One pass at a time
 * over all gateways on the folder; a gateway that dies lets go of it. One thread; blocks for the disk.
 *
 *     <folder>/locks/sweep   held through a pass; modified when the last one ended */
#ifndef SOTAY_GATEWAY_BLOB_SWEEP_H
#define SOTAY_GATEWAY_BLOB_SWEEP_H

#include "common/base/err.h"
#include "services/gateway/link/blob_store.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#define BLOB_SWEEP_NAMES 256 /* in a step */

struct blob_name {
    uint8_t sha256[BLOB_SHA256_BYTES];
    bool is_receipt, is_named;
    struct uuid member; /* of a receipt */
};

struct blob_swept {
    int64_t files, bytes;
};

/* When the last whole pass ended, of any gateway; 0: none has. */
int64_t blob_sweep_last_us(const char *folder);

struct blob_sweep;
/* ERR_OVERLOADED: another gateway is at it. Freed it lets go. */
MUST_CHECK enum err blob_sweep_begin(TALLOC_CTX *ctx, const char *folder, struct blob_sweep **ret_sweep);
/* The next names; 0: that was all. */
size_t blob_sweep_next(struct blob_sweep *sweep, struct blob_name names[BLOB_SWEEP_NAMES]);
/* `is_named` says for each of them whether a service names it, asked after blob_sweep_next. What was uploaded, or
 * named by a command or by rows, before `unused_before_us` may go. */
void blob_sweep_settle(struct blob_sweep *sweep, const struct blob_name names[], size_t n, int64_t now_us,
                       int64_t unused_before_us, struct blob_swept *swept);
/* All names were settled. */
void blob_sweep_end(struct blob_sweep *sweep, int64_t now_us);

#endif
