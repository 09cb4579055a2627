/* Reads: memory, Redis, else the service (cache.h). Any thread; nothing blocks. */
#ifndef SOTAY_GATEWAY_QUERIES_H
#define SOTAY_GATEWAY_QUERIES_H

#include "services/gateway/link/services.h"
#include "services/gateway/link/viewer.h"
#include "services/gateway/read/cache.h"

struct call;

/* One question on behalf of a call, in one scope. `compose` of a route ends it by query_step_answer, cache_answered or
 * cache_refused. */
struct query_step {
    struct call *call; /* lives until the question is answered */
    enum viewer_scope scope;
    struct cache_question *question;
};

/* `run_at_once` of a query: replies from memory if it can, the hot path. It does not need the request's shape: what is
 * in memory had a good one. */
bool query_from_memory(struct call *call);
/* `run` of a query. Replies, perhaps later. */
void query_run(struct call *call);

/* The service's answer as `reply` in JSON. */
void query_step_answer(struct query_step *step, const Pb__QueryReply *reply, const ProtobufCMessage *message,
                       bool keep);
/* Asks `service` in the step's scope. */
void query_step_ask(struct query_step *step, enum service service, const ProtobufCMessage *message,
                    service_done_fn *done, void *arg);

#endif
