/* SQL of the table `provider_account`: one sender is active for each account, because quotas are global. Queues on the
 * pipeline of the caller's thread; results are owned by `ctx`. */
#ifndef SOTAY_NOTIFICATION_ACCOUNT_STORE_H
#define SOTAY_NOTIFICATION_ACCOUNT_STORE_H

#include "common/pg/pg.h"

/* An account, for whom a statement runs. Strings are borrowed. */
struct push_account {
    const char *name;       /* provider_account.name */
    const char *owner;      /* the sender's process */
    const int32_t *devices; /* Pb__Provider: whose devices it sends to */
    size_t n_devices;
};

#define ACCOUNT_LEASE_S 10 /* by the database's clock */

/* Asks for the account's lease, of ACCOUNT_LEASE_S: one row when the owner has it now. Lists the
 * account: from then on pushes get shards for it. */
struct pg_result *account_store_lease(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account);
void account_store_release(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account);

#endif
