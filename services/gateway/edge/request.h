/* One request of a client on its way through the gateway, and the order of refusals: who → shape → visible → role →
 * state. A call belongs to its http_request and to one thread at a time; every path ends in exactly one reply. */
#ifndef SOTAY_GATEWAY_REQUEST_H
#define SOTAY_GATEWAY_REQUEST_H

#include "common/http/http_server.h"
#include "services/gateway/edge/viewer.h"
#include "services/gateway/gateway.h"
#include "services/gateway/json/json.h"
#include "services/gateway/routes.h"
#include "sotay/v1/envelope.pb-c.h"

struct call {
    struct gateway *gateway;
    struct http_request *http;
    const struct route *route;
    const char *const *params; /* of the path, decoded */
    size_t n_params;
    struct viewer viewer;
    bool english, accepts_gzip;
    const char *
        /* or NULL. Headers are read before a call first waits: the connection may not outlive its deadline */
        if_none_match;
    ProtobufCMessage *message; /* the route's request, complete */

    /* commands */
    const char *idempotency_key; /* or NULL */
    int64_t wait_us;             /* Prefer */
    bool has_if_version;
    uint64_t if_version;

    void *state; /* of a custom route */
};

/* Handlers for struct http_options; `arg` is the gateway. */
void request_handle(struct http_request *http, void *arg);
void request_head(struct http_request *http, void *arg);
void request_refuse(struct http_request *http, enum err err, void *arg);

/* Fills call->message from path, query string and body. Replies and returns false when the contract forbids
 * something. */
bool request_shape(struct call *call);

#endif
