/* Keeps the blob store in bounds: counts anew every minute who holds how much of what no command has named
 * (blob_tally.h), and sweeps every six hours (blob_sweep.h), on a thread of its own. Started before the first upload is
 * taken. */
#ifndef SOTAY_GATEWAY_BLOB_KEEPER_H
#define SOTAY_GATEWAY_BLOB_KEEPER_H

#include "services/gateway/link/blob_tally.h"

struct blob_keeper;
/* Takes what an earlier run left first, and counts what is there. Borrows `folder`. ERR_INTERNAL: the folder cannot be
 * read, or there is no thread. */
MUST_CHECK enum err blob_keeper_start(TALLOC_CTX *ctx, const char *folder, struct blob_tally *tally,
                                      struct blob_keeper **ret_keeper);
void blob_keeper_stop(struct blob_keeper *keeper);

#endif
