/* Reads: memory, Redis, else the service (cache.h). Any thread; nothing blocks. */
#ifndef SOTAY_GATEWAY_QUERIES_H
#define SOTAY_GATEWAY_QUERIES_H

#include "services/gateway/edge/request.h"
#include "services/gateway/link/ask.h"
#include "services/gateway/read/cache.h"

/* One asking on behalf of a call, in one scope. `ask` of a route ends it by query_step_answer, cache_answered or
 * cache_refused. */
struct query_step {
    struct call *call; /* lives until the question is answered */
    enum viewer_scope scope;
    struct cache_question *question;
};

/* Replies from memory if it can: the hot path. Before the request's shape is looked at: what is at hand had a good
 * one. */
bool query_from_memory(struct call *call);
/* Replies, perhaps later. */
void query_run(struct call *call);

/* The service's answer as `reply` in JSON. */
void query_step_answer(struct query_step *step, const Pb__QueryReply *reply, const ProtobufCMessage *message,
                       bool keep);
/* Asks `service` in the step's scope. */
void query_step_ask(struct query_step *step, enum route_service service, const ProtobufCMessage *message,
                    ask_done_fn *done, void *arg);

#endif
