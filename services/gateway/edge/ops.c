#include "services/gateway/edge/ops.h"

#include "common/base/array.h"
#include "common/base/failpoint.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "common/kafka/kafka.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/link/channel.h"
#include "services/gateway/link/follower.h"
#include "services/gateway/link/sweep.h"
#include <stdlib.h>
#include <string.h>

static void reply_text(struct http_request *http, int status, const char *text)
{
    const struct http_field fields[] = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"},
                                        {"Cache-Control", "no-store"}};
    http_reply(http, status, fields, ARRAY_LENGTH(fields), text, strlen(text));
}

void ops_health(struct call *call)
{
    reply_text(call->http, 200, "ok\n");
}

/* NULL: it takes writes, as far as births of topics go. */
static const char *why_no_writes(TALLOC_CTX *ctx)
{
    bool is_open;
    int birth = kafka_later_birth(&is_open);
    return birth == 0 ? NULL
                      : mem_printf(ctx, "ready; takes no writes: birth %d of topics is %s\n", birth,
                                   is_open ? "open, start it anew" : "being made");
}

/* Without Redis it is slower and as right, and while topics change it answers reads: it is ready, and says so. */
static void reply_ready(struct http_request *http, const struct gateway *gateway)
{
    const char *silent = channel_silent(http, gateway->channel), *no_writes = why_no_writes(http);
    const char *unswept = sweep_late(http, gateway->sweep);
    if (!follower_is_ready(gateway->follower))
        reply_text(http, 503, "not ready: reads the directory\n");
    else if (no_writes)
        reply_text(http, 200, no_writes);
    else if (*silent)
        reply_text(http, 200, mem_printf(http, "ready; not heard of through Redis: %s\n", silent));
    else if (unswept)
        reply_text(http, 200, mem_printf(http, "ready; unused files are not swept: %s\n", unswept));
    else
        reply_text(http, 200, "ready\n");
}

static void reply_metrics(struct http_request *http, const struct gateway *gateway)
{
    channel_measure(gateway->channel);
    reply_text(http, 200, metrics_print(http));
}

#ifdef SOTAY_FAILPOINTS
/* The value of name=… in the query string; NULL. */
static const char *parameter(struct http_request *http, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = http_query(http); at; at = strchr(at, '&')) {
        at += *at == '&';
        if (strncmp(at, name, n) == 0 && at[n] == '=')
            return route_decode(http, at + n + 1, strcspn(at + n + 1, "&"), true);
    }
    return NULL;
}

static void reply_failpoints(struct http_request *http)
{
    if (strcmp(http_method(http), "GET") == 0) {
        reply_text(http, 200, failpoint_list(http));
        return;
    }
    const char *name = parameter(http, "name"), *action = parameter(http, "action"), *after = parameter(http, "after");
    enum err err = name && action ? failpoint_arm(name, action, after ? (int)strtol(after, NULL, 10) : 1) : ERR_INVALID;
    reply_text(http, err_info(err)->http_status, err ? "no such failpoint\n" : "armed\n");
}
#endif

void ops_handle(struct http_request *http, void *arg)
{
    const struct gateway *gateway = arg;
    const char *path = http_path(http);
    if (strcmp(path, "/healthz") == 0)
        reply_text(http, 200, "ok\n");
    else if (strcmp(path, "/readyz") == 0)
        reply_ready(http, gateway);
    else if (strcmp(path, "/metrics") == 0)
        reply_metrics(http, gateway);
#ifdef SOTAY_FAILPOINTS
    else if (strcmp(path, "/failpoints") == 0)
        reply_failpoints(http);
#endif
    else
        reply_text(http, 404, "not found\n");
}
