/* Reads of the history of members, as clients see it. Table: member_history (012_members.sql), written with its facts
 * (membership/). Results are owned by `ctx`; one thread for each connection; blocks for one round trip. */
#ifndef SOTAY_AUTH_HISTORY_STORE_H
#define SOTAY_AUTH_HISTORY_STORE_H

#include "common/base/keyset.h"
#include "common/pg/pg.h"
#include "sotay/v1/auth.pb-c.h"

struct history_entry {
    Pb__History *item;
    struct keyset place;
};
/* Newest first, behind `after` (NULL: from the newest), at most `limit`. */
MUST_CHECK enum err history_store_list(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member,
                                       const struct keyset *after, int limit, struct history_entry **ret_entries,
                                       size_t *ret_n);

#endif
