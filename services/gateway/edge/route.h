/* What a row of the route table looks like, and how a request finds its row. The table itself, routes.c, stands above
 * what its rows name, and is handed down as an argument. Constant data, any thread. */
#ifndef SOTAY_GATEWAY_ROUTE_H
#define SOTAY_GATEWAY_ROUTE_H

#include "common/base/tag.h"
#include "services/gateway/edge/limits.h"
#include "services/gateway/link/services.h"
#include "services/gateway/link/viewer.h"
#include "sotay/v1/envelope.pb-c.h"
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

struct call;
struct query_step;

enum route_kind {
    ROUTE_QUERY,   /* from the cache, else the service's /query */
    ROUTE_COMMAND, /* a message on the service's topic; the answer is its outcome */
    ROUTE_DIRECT,  /* the service's /query at once, never on the queue, never cached: it carries secrets */
    ROUTE_CUSTOM,
};
enum route_access {
    ACCESS_PUBLIC,
    ACCESS_SIGNED_IN,
    ACCESS_EITHER, /* who brings no good access token may have something else to show: `run` refuses who has not */
};

/* Whose id the command's partition key is: the first parameter of the path; a new one; the actor. */
enum route_aggregate { AGGREGATE_PATH, AGGREGATE_NEW, AGGREGATE_MEMBER };
/* Who changes what stands there already says which version of it he has seen. */
enum route_if_match {
    IF_MATCH_NONE,
    IF_MATCH_ONCE_THERE, /* the service knows whether there is something yet, and refuses; "*" says nothing here */
    IF_MATCH_REQUIRED,
};
enum route_idempotency { IDEMPOTENCY_NONE, IDEMPOTENCY_OPTIONAL, IDEMPOTENCY_REQUIRED };

/* A tag that an answer carries, and where the tag's id comes from. */
enum route_tag_source {
    TAGGED_END,    /* no tag: behind a row's last */
    TAGGED_ALL,    /* there is one such tag, without an id */
    TAGGED_MEMBER, /* the viewer */
    TAGGED_GRANTS, /* one tag for the viewer's branch and for the organisation of each grant */
    TAGGED_FIELD,  /* a field of the request */
};
struct route_tag {
    enum route_tag_source source;
    enum tag tag;
    const char *field; /* of TAGGED_FIELD */
};

#define ROUTE_TAGS 4
#define ROUTE_PARAMS 3

struct route {
    const char *method;
    const char *path; /* "/v1/meetings/{meeting_id}": a parameter's name is the field of `request` that it fills */
    enum route_kind kind;
    enum route_access access;
    enum limits_bucket bucket; /* of the address, where nobody has signed in */
    unsigned roles; /* least role where the path names no resource: a mask of 1 << PB__ROLE__…; 0: every member */
    enum service service;
    const ProtobufCMessageDescriptor *request; /* NULL: `run` reads for itself what it needs */
    const ProtobufCMessageDescriptor *reply;   /* NULL: no body */
    int status; /* of success; 202 of a command: the operation, always, with `reply` as its result */

    /* Does what is asked. Replies, perhaps later. */
    void (*run)(struct call *call);
    /* Or NULL. Replies before the request's shape is read, if the answer is there already; else false. */
    bool (*run_at_once)(struct call *call);
    /* NULL, or for a body that is too large for memory: called once the headers are in, opens a sink (http_sink) whose
     * argument is the call, or refuses. `run` follows when the sink has all. */
    void (*head)(struct call *call);

    /* commands */
    enum route_aggregate aggregate;
    enum route_idempotency idempotency;
    enum route_if_match if_match;
    const char *location; /* of the resource: "/v1/meetings/{aggregate_id}"; {resource_id} */
    /* Asks for the resource as it is now: its ids are the aggregate's, then the resource's. */
    const ProtobufCMessageDescriptor *replay;
    /* NULL, or what 200 answers to a request whose `dry_run` says that nothing is to happen (write/rehearsal.h). */
    const ProtobufCMessageDescriptor *rehearsal;

    /* queries */
    enum viewer_scope scope;
    /* What the branch does not see is asked for again as the member, so that what is addressed to him by name is found;
     * an invisible thing costs the same as a random id. */
    bool then_member;
    struct route_tag tags[ROUTE_TAGS];
    int lifetime_ms; /* of a cached answer, at most 60 s; 0: never kept */
    /* NULL: the service answers alone; else several answers are put together (read/queries.h). */
    void (*compose)(struct query_step *step);
    unsigned also; /* the other services that `compose` asks: 1 << SERVICE_… */

    bool may_be_gone;     /* what readers do with a document that may have been withdrawn: 410 */
    const char *features; /* rows of the feature list that it serves */
    const char *summary_vi, *summary_en;
};

struct route_table {
    const struct route *rows;
    size_t n;
    /* NULL, or who is asked for what no row names: it replies, or returns false where it has nothing there either. */
    bool (*otherwise)(struct call *call);
};

struct route_match {
    const struct route *route;        /* NULL: no such path, or not with this method */
    const char *params[ROUTE_PARAMS]; /* %-decoded, in the order of the path; owned by ctx */
    size_t n_params;
    const char *allow; /* "GET, PATCH": the path exists, the method does not; owned by ctx */
};
void route_find(TALLOC_CTX *ctx, const struct route_table *table, const char *method, const char *path,
                struct route_match *ret_match);

/* The command whose request is the message `kind`; NULL if there is none. */
const struct route *route_of_kind(const struct route_table *table, const char *kind);

/* Whether a request must have a body. One that says nothing may be left out where nothing need be said; a PATCH always
 * says something, and a GET nothing. */
bool route_wants_body(const struct route *route);

/* The name of the path's parameter number `index`, without braces; NULL past the last. Owned by ctx. */
const char *route_param_name(TALLOC_CTX *ctx, const struct route *route, size_t index);

/* Where the resource of an outcome is; NULL if the route has no location, or the outcome no id. Owned by ctx. */
char *route_location(TALLOC_CTX *ctx, const struct route *route, const Pb__Outcome *outcome);

/* Percent-decodes; NULL if it is badly encoded or holds a NUL. '+' is a space in a query string. Owned by ctx. */
char *route_decode(TALLOC_CTX *ctx, const char *text, size_t n, bool plus_is_space);

#endif
