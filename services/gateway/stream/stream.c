#include "services/gateway/stream/stream.h"

#include "services/gateway/edge/call.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/stream/hub.h"
#include <stdbool.h>
#include <string.h>

/* Who reads whole answers, and says so, would wait for the end for ever. */
static bool is_acceptable(const char *accept)
{
    return !accept || strstr(accept, "text/event-stream") || strstr(accept, "text/*") || strstr(accept, "*/*");
}

void stream_get(struct call *call)
{
    enum err err = ERR_NOT_ACCEPTABLE;
    struct viewer viewer = call->viewer;
    viewer.generation = call->token_generation;
    const struct hub_visit visit = {.viewer = &viewer,
                                    .expires_at_us = call->token_expires_at_us,
                                    .last_id = http_header(call->http, "Last-Event-ID")};
    if (is_acceptable(http_header(call->http, "Accept")))
        err = hub_open(call->gateway->hub, call->http, &visit);
    if (err)
        problem_reply(call, err);
}
