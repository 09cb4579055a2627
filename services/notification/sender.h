/* The push sender: a thread of its own with its own database connection. While it has the lease of the provider account
 * it leases the shards that are due, many small ones at once, sends them in chunks and records what became of each
 * device in one transaction a chunk, then tries again what is due. */
#ifndef SOTAY_NOTIFICATION_SENDER_H
#define SOTAY_NOTIFICATION_SENDER_H

#include "common/service/service.h"

enum { SENDER_N_KEYS = 8 };
extern const struct config_key SENDER_KEYS[SENDER_N_KEYS];

/* For struct service_spec. Without `fcm_url`, or with `sender = false`, nothing is started: shards wait for another
 * instance. */
MUST_CHECK enum err sender_start(struct service *service);
void sender_stop(struct service *service);

#endif
