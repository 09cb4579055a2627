#include "services/gateway/write/direct.h"

#include "common/base/array.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/json/json.h"
#include "services/gateway/link/services.h"

static void reply_message(struct call *call, const ProtobufCMessage *message)
{
    const struct http_field fields[] = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
    size_t n;
    if (!message) {
        problem_reply(call, ERR_MALFORMED);
        return;
    }
    char *text = json_write(call, message, &n);
    http_reply(call->http, call->route->status, fields, ARRAY_LENGTH(fields), text, n);
}

static void on_reply(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct call *call = arg;
    if (!err)
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
