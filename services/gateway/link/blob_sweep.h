/* Takes out of the blob store what nobody needs: uploads that broke off, and files that no command has named in 45
 * days.
 *
 * Others may upload, name and sweep meanwhile, in other processes, too. So whatever goes is moved aside first, looked
 * at there, and put back if it is young: somebody sent the same bytes again. What a command has named never goes, nor
 * bytes whose receipts this sweep did not take: a fault here may waste room, and loses nothing. It blocks for the
 * disk. */
#ifndef SOTAY_GATEWAY_BLOB_SWEEP_H
#define SOTAY_GATEWAY_BLOB_SWEEP_H

#include "services/gateway/link/blob_tally.h"

enum { BLOB_UNUSED_DAYS = 45, BLOB_LEFTOVER_HOURS = 1, BLOB_SWEPT_MOST = 10000 };

/* Files that no command has named; owned by ctx. ERR_INTERNAL: the folder cannot be read. */
MUST_CHECK enum err blob_sweep_find(TALLOC_CTX *ctx, const char *folder, struct blob_found **ret_found, size_t *ret_n);
/* `now_us` is the wall clock, as files' times are. Takes at most BLOB_SWEPT_MOST files that no command has named; the
 * next sweep takes more. */
MUST_CHECK enum err blob_sweep(const char *folder, int64_t now_us);

#endif
