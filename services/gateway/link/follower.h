/* The threads that follow Kafka for the gateway: directory.members into the directory, auth.events for sessions that
 * ended. */
#ifndef SOTAY_GATEWAY_FOLLOWER_H
#define SOTAY_GATEWAY_FOLLOWER_H

#include "services/gateway/gateway.h"
#include <talloc.h>

/* Starts; sets gateway->ready once everything was read whole. Tries again for ever while no broker answers. */
MUST_CHECK enum err follower_start(TALLOC_CTX *ctx, struct gateway *gateway, struct follower **ret_follower);
void follower_stop(struct follower *follower);

#endif
