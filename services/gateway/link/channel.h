/* What all services tell this gateway: one subscription to their channels in Redis.
 *
 *   Told ─▶ gap, new epoch, new connection: the service's entries are void ─▶ its tags are stale ─▶ its outcomes
 *                                                                             (in this order, on one thread)
 *
 * A service is current while every partition of its loops has been heard of within the last second: only then may an
 * entry with its answers be served that is older than that. It counts from when the gateway last asked Redis, so that a
 * gateway that stood still does not take buffered news for new. */
#ifndef SOTAY_GATEWAY_CHANNEL_H
#define SOTAY_GATEWAY_CHANNEL_H

#include "common/base/err.h"
#include "services/gateway/link/services.h"
#include "sotay/v1/envelope.pb-c.h"
#include <stdbool.h>
#include <talloc.h>

#define CHANNEL_SILENCE_US INT64_C(1000000)

struct channel;
struct channel *channel_new(TALLOC_CTX *ctx);

/* Called on the channel's thread. */
struct channel_options {
    const char *redis, *redis_password;
    void (*stale)(void *arg, char *const tags[], size_t n);
    void (*settled)(void *arg, const Pb__Outcome *outcome);
    void *arg;
};
/* Borrows what the options name. */
MUST_CHECK enum err channel_start(struct channel *channel, const struct channel_options *options);
void channel_stop(struct channel *channel);

/* Whether all of these services (a mask of 1 << SERVICE_…) are current. Any thread; a few loads. */
bool channel_is_current(const struct channel *channel, unsigned services);
/* The names of those that are not, in a text of ctx: "" or "meeting document". */
char *channel_silent(TALLOC_CTX *ctx, const struct channel *channel);
void channel_measure(struct channel *channel); /* before metrics are printed */

#endif
