/* The threads that follow Kafka for the gateway: directory.members into the directory, auth.events for sessions that
 * ended. A reader that failed is made anew, for as long as no broker answers. */
#ifndef SOTAY_GATEWAY_FOLLOWER_H
#define SOTAY_GATEWAY_FOLLOWER_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

struct directory;
struct follower;

struct follower_options {
    const char *brokers;
    struct directory *directory;
    int64_t sessions_back_us;                                     /* how far back ends of sessions are read */
    void (*session_ended)(void *arg, const struct uuid *session); /* on the follower's thread */
    void *arg;
};

/* Starts; borrows what the options name. */
MUST_CHECK enum err follower_start(TALLOC_CTX *ctx, const struct follower_options *options,
                                   struct follower **ret_follower);
void follower_stop(struct follower *follower);

/* Whether both were read to their ends once. Any thread. */
bool follower_is_ready(const struct follower *follower);

#endif
