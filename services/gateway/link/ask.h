/* A question to a service: POST /query on its Unix socket, a packed QueryRequest for a packed QueryReply. Any thread;
 * never blocks. */
#ifndef SOTAY_GATEWAY_ASK_H
#define SOTAY_GATEWAY_ASK_H

#include "services/gateway/gateway.h"
#include "services/gateway/routes.h"
#include "sotay/v1/envelope.pb-c.h"

struct ask {
    enum route_service service;
    const ProtobufCMessage *message; /* its short name is the query's kind */
    const Pb__Scope *scope;          /* or NULL */
    const struct viewer *caller;     /* calls only: becomes `actor` */
    const char *peer;                /* calls only: the client's address */
    const char *correlation_id;
};

/* ERR_OK with a reply whose payload is there, or what refused it: the reply's own code (then `reply` is there, for
 * fields and retry_after_s) or ERR_UNAVAILABLE, ERR_TIMEOUT (then it is NULL). On the HTTP client's thread; valid
 * during the call only. */
typedef void ask_done_fn(void *arg, enum err err, const Pb__QueryReply *reply);

/* Copies what it sends. `done` is called exactly once. */
void ask_service(struct gateway *gateway, const struct ask *ask, ask_done_fn *done, void *arg);

/* The reply's payload as a message of `type`, owned by ctx; NULL if it is none. */
ProtobufCMessage *ask_payload(TALLOC_CTX *ctx, const ProtobufCMessageDescriptor *type, const Pb__QueryReply *reply);

#endif
