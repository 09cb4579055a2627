/* The whole public API as one constant table (routes.c), and how a request finds its row (router.c). openapi.json is
 * made from the same rows. Constant data, any thread. */
#ifndef SOTAY_GATEWAY_ROUTES_H
#define SOTAY_GATEWAY_ROUTES_H

#include "common/kafka/kafka.h"
#include "services/gateway/edge/viewer.h"
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

struct call;
struct query_step;

enum route_kind {
    ROUTE_QUERY,   /* cache, else the service's /query */
    ROUTE_COMMAND, /* a message on the service's topic; the answer is its outcome */
    ROUTE_CALL,    /* the service's /query at once, never on the queue, never cached: it carries secrets */
    ROUTE_CUSTOM,  /* `run` does it */
};
enum route_access { ACCESS_PUBLIC, ACCESS_SIGNED_IN };
enum route_service {
    SERVICE_NONE,
    SERVICE_AUTH,
    SERVICE_MEETING,
    SERVICE_DOCUMENT,
    SERVICE_NOTIFICATION,
    SERVICE_ANALYTICS,
    SERVICE_COUNT
};
enum route_aggregate {
    AGGREGATE_PATH,
    AGGREGATE_NEW,
    AGGREGATE_MEMBER
}; /* the first parameter of the path; derived; the actor */
enum route_idempotency { IDEMPOTENCY_NONE, IDEMPOTENCY_OPTIONAL, IDEMPOTENCY_REQUIRED };

#define ROUTE_TAGS 4
#define ROUTE_PARAMS 3

struct route {
    const char *method;
    const char *path; /* "/v1/meetings/{meeting_id}": a parameter's name is the field of `request` that it fills */
    enum route_kind kind;
    enum route_access access;
    unsigned roles; /* least role where the path names no resource: a mask of 1 << PB__ROLE__…; 0: every member */
    enum route_service service;
    const ProtobufCMessageDescriptor *request;
    const ProtobufCMessageDescriptor *reply; /* NULL: no body */
    int status;                              /* of success */

    /* commands */
    enum route_aggregate aggregate;
    enum route_idempotency idempotency;
    bool if_match;
    const char *location; /* of the resource: "/v1/meetings/{aggregate_id}"; {resource_id} */
    const ProtobufCMessageDescriptor
        *replay; /* asks for the resource as it is now: its ids are the aggregate's, then the resource's */

    /* queries */
    enum viewer_scope scope;
    bool then_member; /* 404 by branch: asked again as the member, so that what is addressed to him by name is found; an
                                      invisible thing costs the same as a random id */
    const char *tags
        /* "meeting:{meeting_id}"; {member}; {branch}; {grants}: one tag for the branch and each grant's organisation */
        [ROUTE_TAGS];
    int lifetime_ms; /* of a cached answer, at most 60 s; 0: never kept */
    void (*ask)(
        struct query_step *step); /* NULL: the service, once; else an answer put together from several (queries.h) */

    void (*run)(struct call *call); /* custom */
    /* Custom with a body too large for memory: called once the headers are in. */
    void (*head)(struct call *call);

    const char *features; /* rows of the feature list that it serves */
    const char *summary_vi, *summary_en;
};

extern const struct route routes[];
extern const size_t routes_n;

const char *route_service_name(enum route_service service);
enum topic route_service_commands(enum route_service service);

/* The command route whose request is the message `kind`; NULL if there is none. */
const struct route *route_of_kind(const char *kind);

/* --- router.c --- */

struct route_match {
    const struct route *route;        /* NULL: no such path, or not with this method */
    const char *params[ROUTE_PARAMS]; /* %-decoded, in the order of the path; owned by ctx */
    size_t n_params;
    const char *allow; /* "GET, PATCH": the path exists, the method does not; owned by ctx */
};
void route_find(TALLOC_CTX *ctx, const char *method, const char *path, struct route_match *ret_match);

/* The name of the path's parameter number `index`, without braces; NULL past the last. Owned by ctx. */
const char *route_param_name(TALLOC_CTX *ctx, const struct route *route, size_t index);

/* Percent-decodes; NULL if it is badly encoded or holds a NUL. '+' is a space in a query string. Owned by ctx. */
char *route_decode(TALLOC_CTX *ctx, const char *text, size_t n, bool plus_is_space);

#endif
