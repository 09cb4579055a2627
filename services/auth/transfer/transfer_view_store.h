/* Transfers as clients see them, with who may read them in the SQL (transfer_may_read says the same). Results are owned
 * by `ctx`; one thread for each connection; each function blocks for one round trip. */
#ifndef SOTAY_AUTH_TRANSFER_VIEW_STORE_H
#define SOTAY_AUTH_TRANSFER_VIEW_STORE_H

#include "common/base/keyset.h"
#include "common/pg/pg.h"
#include "services/directory/directory.h"
#include "sotay/v1/auth.pb-c.h"

/* NULL: not for this scope. */
MUST_CHECK enum err transfer_view_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct directory_scope *scope,
                                             const struct uuid *id, Pb__Transfer **ret_transfer);

struct transfer_filter {
    const struct keyset *after; /* NULL: from the newest */
    bool has_state;
    Pb__TransferState state;
    int limit;
};
/* The newest first. */
MUST_CHECK enum err transfer_view_store_list(struct pg *pg, TALLOC_CTX *ctx, const struct directory_scope *scope,
                                             const struct transfer_filter *filter, Pb__Transfer ***ret_items,
                                             size_t *ret_n);

#endif
