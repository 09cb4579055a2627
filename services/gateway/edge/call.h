/* One request of a client on its way through the gateway. A call belongs to its http_request, in memory too, and to one
 * thread at a time; every path ends in exactly one reply, after which nobody touches it. */
#ifndef SOTAY_GATEWAY_CALL_H
#define SOTAY_GATEWAY_CALL_H

#include "common/http/http_server.h"
#include "services/gateway/edge/gateway.h"
#include "services/gateway/edge/route.h"
#include "services/gateway/link/viewer.h"
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct call {
    struct gateway *gateway;
    struct http_request *http;
    const char *peer; /* the address of who asks; behind a trusted proxy what that says (edge/peers.h) */
    const struct route *route;
    const char *const *params; /* of the path, decoded */
    size_t n_params;
    struct viewer viewer;
    uint32_t token_generation;   /* `gen` of his token */
    int64_t token_expires_at_us; /* of it */
    enum err unidentified;       /* of ACCESS_EITHER: why `viewer` is nobody */
    bool wrote_lately;           /* his session did (edge/fresh.h): no answer from before that is good enough for him */
    bool english, accepts_gzip;
    int64_t clock_offset_us;   /* of a demo build (edge/demo_clock.h): its time is so far ahead */
    const char *if_none_match; /* or NULL; copied, as headers may be gone once a call has waited */
    ProtobufCMessage *message; /* the route's request, complete */

    /* commands */
    const char *idempotency_key; /* or NULL */
    int64_t wait_us;             /* Prefer */
    bool has_if_version;
    uint64_t if_version;
    struct wait *wait; /* for the outcome, while it waits; under the lock of write/outcomes.c */

    void *state; /* of a custom route */
};

#endif
