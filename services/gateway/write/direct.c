#include "services/gateway/write/direct.h"

#include "services/gateway/edge/attachment.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/fresh.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/json/json.h"
#include "services/gateway/link/services.h"
#include "sotay/v1/shapes.pb-c.h"

/* What a signed-in caller changed he reads at once (edge/fresh.h). `fields` has room for these two more. */
static void reply_bytes(struct call *call, struct http_field fields[], size_t n, const void *bytes, size_t n_bytes)
{
    fields[n++] = (struct http_field){"Cache-Control", "no-store"};
    if (call->viewer.signed_in) {
        fields[n++] = (struct http_field){"Set-Cookie", FRESH_COOKIE};
        fresh_wrote(call->gateway->fresh, &call->viewer.session);
    }
    http_reply(call->http, call->route->status, fields, n, bytes, n_bytes);
}

static void reply_nothing(struct call *call)
{
    struct http_field fields[2];
    reply_bytes(call, fields, 0, NULL, 0);
}

static void reply_json(struct call *call, const ProtobufCMessage *message)
{
    size_t n;
    char *text = json_write(call, message, &n);
    struct http_field fields[3] = {{"Content-Type", "application/json"}};
    reply_bytes(call, fields, 1, text, n);
}

static void reply_file(struct call *call, const Pb__File *file)
{
    struct http_field fields[ATTACHMENT_FIELDS + 2];
    size_t n = attachment_fields(call, file->media_type, file->name, fields);
    reply_bytes(call, fields, n, file->content.data, file->content.len);
}

static void reply_message(struct call *call, const ProtobufCMessage *message)
{
    if (!message)
        problem_reply(call, ERR_MALFORMED);
    else if (message->descriptor == &pb__file__descriptor)
        reply_file(call, (const Pb__File *)message);
    else
        reply_json(call, message);
}

static void on_reply(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct call *call = arg;
    if (!err && !call->route->reply)
        reply_nothing(call);
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
        .peer = call->peer,
        .correlation_id = http_correlation(call->http),
    };
    service_ask(call->gateway->services, &query, on_reply, call);
}
