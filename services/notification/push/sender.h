/* The push senders: a thread for each provider that is configured, with its own database connection, so that one
 * provider's pace never holds another's. */
#ifndef SOTAY_NOTIFICATION_SENDER_H
#define SOTAY_NOTIFICATION_SENDER_H

#include "common/service/service.h"

/* The sender's configuration and that of every provider. Owned by ctx. */
struct config_key *sender_keys(TALLOC_CTX *ctx, size_t *ret_n);

/* For struct service_spec. With `sender = false`, or where no provider is configured, nothing is started: shards wait
 * for another instance. */
MUST_CHECK enum err sender_start(struct service *service);
void sender_stop(struct service *service);

#endif
