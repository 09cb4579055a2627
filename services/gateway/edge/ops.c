#include "services/gateway/edge/ops.h"

#include "common/base/array.h"
#include "common/base/failpoint.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "common/kafka/kafka.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/link/channel.h"
#include "services/gateway/link/follower.h"
#include <stdlib.h>
#include <string.h>

static void reply_text(struct call *call, int status, const char *text)
{
    const struct http_field fields[] = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"},
                                        {"Cache-Control", "no-store"}};
    http_reply(call->http, status, fields, ARRAY_LENGTH(fields), text, strlen(text));
}

void ops_health(struct call *call)
{
    reply_text(call, 200, "ok\n");
}

/* NULL: it takes writes, as far as births of topics go. */
static const char *why_no_writes(struct call *call)
{
    bool is_open;
    int birth = kafka_later_birth(&is_open);
    return birth == 0 ? NULL
                      : mem_printf(call, "ready; takes no writes: birth %d of topics is %s\n", birth,
                                   is_open ? "open, start it anew" : "being made");
}

/* Without Redis it is slower and as right, and while topics change it answers reads: it is ready, and says so. */
void ops_ready(struct call *call)
{
    const char *silent = channel_silent(call, call->gateway->channel), *no_writes = why_no_writes(call);
    if (!follower_is_ready(call->gateway->follower))
        reply_text(call, 503, "not ready: reads the directory\n");
    else if (no_writes)
        reply_text(call, 200, no_writes);
    else if (*silent)
        reply_text(call, 200, mem_printf(call, "ready; not heard of through Redis: %s\n", silent));
    else
        reply_text(call, 200, "ready\n");
}

void ops_metrics(struct call *call)
{
    channel_measure(call->gateway->channel);
    reply_text(call, 200, metrics_print(call));
}

#ifdef SOTAY_FAILPOINTS
/* The value of name=… in the query string; NULL. */
static const char *parameter(struct call *call, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = http_query(call->http); at; at = strchr(at, '&')) {
        at += *at == '&';
        if (strncmp(at, name, n) == 0 && at[n] == '=')
            return route_decode(call, at + n + 1, strcspn(at + n + 1, "&"), true);
    }
    return NULL;
}

void ops_failpoints(struct call *call)
{
    if (strcmp(http_method(call->http), "GET") == 0) {
        reply_text(call, 200, failpoint_list(call));
        return;
    }
    const char *name = parameter(call, "name"), *action = parameter(call, "action"), *after = parameter(call, "after");
    enum err err = name && action ? failpoint_arm(name, action, after ? (int)strtol(after, NULL, 10) : 1) : ERR_INVALID;
    if (err)
        problem_reply(call, err);
    else
        reply_text(call, 200, "armed\n");
}
#endif
