/* Sends what is due for one account at a provider, a chunk at a time: it asks for the account's lease, claims shards,
 * sends to their devices, records what became of each in one transaction, and tries again what is due. It knows the
 * provider's table and nothing else of it. One thread, with a database connection of its own. */
#ifndef SOTAY_NOTIFICATION_DISPATCH_H
#define SOTAY_NOTIFICATION_DISPATCH_H

#include "common/pg/pg.h"
#include "services/notification/provider/provider.h"
#include "services/notification/push/quiet.h"
#include <stdbool.h>

/* Everything is borrowed, and outlives the dispatch. */
struct dispatch_options {
    const struct provider *provider;
    void *loaded;        /* by provider->load */
    const char *account; /* its name */
    const char *owner;   /* of leases: the process */
    struct pg *pg;
    const struct quiet_hours *quiet; /* of members who have said nothing */
    int64_t chunk;                   /* devices that are sent to before results are recorded */
    int64_t (*now_us)(void *arg);
    bool (*stopping)(void *arg); /* ends the wait for a database that is away */
    void *arg;
};

struct dispatch;
struct dispatch *dispatch_new(TALLOC_CTX *ctx, const struct dispatch_options *options);

/* One chunk, if something is due and the account is ours and not blocked. `ret_any`: there was something to do, so ask
 * again at once. What it makes lives in ctx. Blocks while it sends. Errors are logged; it is to be asked again after a
 * pause. */
MUST_CHECK enum err dispatch_turn(struct dispatch *dispatch, TALLOC_CTX *ctx, bool *ret_any);
bool dispatch_holds(const struct dispatch *dispatch); /* the account's lease */
void dispatch_release(struct dispatch *dispatch, TALLOC_CTX *ctx);

/* Counts results by status, of all accounts together. Once in a process. */
void dispatch_register_metrics(void);

#endif
