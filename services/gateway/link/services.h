/* The services behind the gateway, and how they are asked: POST /query on a Unix socket of the service, a packed
 * QueryRequest for a packed QueryReply. Of several instances the one with the fewest questions under way is asked, so
 * one that hangs holds few; where no answer comes, the next is asked at once. Any thread; nothing blocks. */
#ifndef SOTAY_GATEWAY_SERVICES_H
#define SOTAY_GATEWAY_SERVICES_H

#include "common/http/http_client.h"
#include "common/kafka/kafka.h"
#include "services/gateway/link/viewer.h"
#include "sotay/v1/envelope.pb-c.h"
#include <protobuf-c/protobuf-c.h>
#include <talloc.h>

/* Their numbers are part of operations' ids (write/operations.c): none is changed or used again. */
enum service {
    SERVICE_NONE,
    SERVICE_AUTH,
    SERVICE_MEETING,
    SERVICE_DOCUMENT,
    SERVICE_NOTIFICATION,
    SERVICE_ANALYTICS,
    SERVICE_COUNT
};

const char *services_name(enum service service);
/* The topic that takes what clients want of the service. */
enum topic service_commands(enum service service);

enum { SERVICES_INSTANCES_MOST = 8 };

struct services_options {
    struct http_client *client;
    const char *sockets;    /* folder of <name>.sock, <name>-2.sock … */
    unsigned instances;     /* of each service; 1 to SERVICES_INSTANCES_MOST */
    const char *clock_file; /* demo builds: the clock's offset, which every query carries */
    int timeout_ms;         /* of a query */
};

struct services;
/* Borrows what the options name. */
struct services *services_new(TALLOC_CTX *ctx, const struct services_options *options);

struct service_query {
    enum service service;
    const ProtobufCMessage *message; /* its short name is the query's kind */
    const Pb__Scope *scope;          /* or NULL */
    const struct viewer *caller; /* of a direct call only: becomes `actor`; such a call may do something, so who took
                                      * it and said nothing in time may be at it still, and no other is asked */
    const char *peer;            /* of a direct call only: the client's address */
    const char *correlation_id;
};

/* ERR_OK with a reply whose payload is there, or what refused it: the reply's own code (then `reply` is there, for
 * fields and retry_after_s) or ERR_UNAVAILABLE, ERR_TIMEOUT (then it is NULL). On the HTTP client's thread; valid
 * during the call only. */
typedef void service_done_fn(void *arg, enum err err, const Pb__QueryReply *reply);

/* Copies what it sends. `done` is called exactly once. */
void service_ask(struct services *services, const struct service_query *query, service_done_fn *done, void *arg);

/* The reply's payload as a message of `type`, owned by ctx; NULL if it is none. */
ProtobufCMessage *service_payload(TALLOC_CTX *ctx, const ProtobufCMessageDescriptor *type, const Pb__QueryReply *reply);

#endif
