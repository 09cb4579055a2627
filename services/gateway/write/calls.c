#include "services/gateway/write/calls.h"

#include "common/base/mem.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/link/ask.h"
#include "services/gateway/write/commands.h"
#include "sotay/v1/auth.pb-c.h"

static void reply_message(struct call *call, const ProtobufCMessage *message)
{
    const struct http_field fields[] = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
    char *text;
    size_t n;
    if (!message || json_write(call, message, &text, &n))
        problem_reply(call, ERR_MALFORMED);
    else
        http_reply(call->http, call->route->status, fields, 2, text, n);
}

static void on_reply(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct call *call = arg;
    if (!err)
        reply_message(call, ask_payload(call, call->route->reply, reply));
    else if (reply)
        problem_of_service(call, err, reply->fields, reply->n_fields, reply->retry_after_s, false);
    else
        problem_reply(call, err);
}

void call_run(struct call *call)
{
    struct ask ask = {
        .service = call->route->service,
        .message = call->message,
        .caller = &call->viewer,
        .peer = http_peer(call->http),
        .correlation_id = http_correlation(call->http),
    };
    ask_service(call->gateway, &ask, on_reply, call);
}

void call_logout(struct call *call)
{
    Pb__EndSession *command = mem_new(call, Pb__EndSession);
    pb__end_session__init(command);
    command->has_session_id = true;
    command->session_id = uuid_to_pb(call, &call->viewer.session);
    call->message = &command->base;
    call->wait_us = INT64_C(2000000);
    command_run(call);
}
