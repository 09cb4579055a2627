#include "services/gateway/write/direct.h"

#include "services/gateway/edge/call.h"
#include "services/gateway/edge/fresh.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/json/json.h"
#include "services/gateway/link/services.h"

/* What a signed-in caller changed he reads at once (edge/fresh.h). */
static void reply_text(struct call *call, const char *text, size_t bytes)
{
    struct http_field fields[3];
    size_t n = 0;
    fields[n++] = (struct http_field){"Cache-Control", "no-store"};
    if (text)
        fields[n++] = (struct http_field){"Content-Type", "application/json"};
    if (call->viewer.signed_in) {
        fields[n++] = (struct http_field){"Set-Cookie", FRESH_COOKIE};
        fresh_wrote(call->gateway->fresh, &call->viewer.session);
    }
    http_reply(call->http, call->route->status, fields, n, text, bytes);
}

static void reply_message(struct call *call, const ProtobufCMessage *message)
{
    size_t n;
    if (!message) {
        problem_reply(call, ERR_MALFORMED);
        return;
    }
    char *text = json_write(call, message, &n);
    reply_text(call, text, n);
}

static void on_reply(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct call *call = arg;
    if (!err && !call->route->reply)
        reply_text(call, NULL, 0);
    else if (!err)
        reply_message(call, service_payload(call, call->route->reply, reply));
    else if (reply)
        problem_of_service(call, err, reply->fields, reply->n_fields, reply->retry_after_s, false);
    else
        problem_reply(call, err);
}

void direct_run(struct call *call)
{
    const struct service_query query = {
        .service = call->route->service,
        .message = call->message,
        .caller = &call->viewer,
        .peer = http_peer(call->http),
        .correlation_id = http_correlation(call->http),
    };
    service_ask(call->gateway->services, &query, on_reply, call);
}
