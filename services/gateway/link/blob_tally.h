/* What members and branches hold of files that no command has named yet: a limit of each, since whoever may upload
 * could else fill the disk. Several gateways share a store: what is kept is counted anew from there every minute, so
 * that one hears what another took, or what was named there. Any thread. */
#ifndef SOTAY_GATEWAY_BLOB_TALLY_H
#define SOTAY_GATEWAY_BLOB_TALLY_H

#include "common/base/err.h"
#include "services/gateway/link/blob_store.h"

struct blob_share {
    int64_t bytes, files;
};
struct blob_found {
    struct blob_owner owner;
    int64_t bytes;
};
struct blob_tally;
struct blob_tally *blob_tally_new(TALLOC_CTX *ctx, struct blob_share member_most, struct blob_share branch_most);

/* Of a file that is arriving. ERR_UPLOADS_UNUSED: it would be more than either may hold; nothing was counted. */
MUST_CHECK enum err blob_tally_add(struct blob_tally *tally, const struct blob_owner *owner, struct blob_share more);
/* It arrives no longer. */
void blob_tally_remove(struct blob_tally *tally, const struct blob_owner *owner, struct blob_share less);
/* It is kept, unused. */
void blob_tally_keep(struct blob_tally *tally, const struct blob_owner *owner, int64_t bytes);
/* A command names it. */
void blob_tally_use(struct blob_tally *tally, const struct blob_owner *owner, int64_t bytes);
/* These are all that are kept, unused. */
void blob_tally_recount(struct blob_tally *tally, const struct blob_found found[], size_t n);

#endif
