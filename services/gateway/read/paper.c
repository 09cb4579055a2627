#include "services/gateway/read/paper.h"

#include "services/gateway/edge/attachment.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/link/services.h"
#include "sotay/v1/shapes.pb-c.h"

static void reply_file(struct call *call, const Pb__File *file)
{
    struct http_field fields[ATTACHMENT_FIELDS + 1];
    size_t n = attachment_fields(call, file->media_type, file->name, fields);
    fields[n++] = (struct http_field){"Cache-Control", "no-store"};
    http_reply(call->http, 200, fields, n, file->content.data, file->content.len);
}

static void on_reply(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct call *call = arg;
    const Pb__File *file = err ? NULL : (Pb__File *)service_payload(call, call->route->reply, reply);
    if (file)
        reply_file(call, file);
    else if (!err)
        problem_reply(call, ERR_MALFORMED);
    else
        problem_of_service(call, err, reply ? reply->fields : NULL, reply ? reply->n_fields : 0,
                           reply ? reply->retry_after_s : 0, false);
}

void paper_get(struct call *call)
{
    const struct service_query query = {
        .service = call->route->service,
        .message = call->message,
        .scope = viewer_scope(call, &call->viewer, SCOPE_MEMBER),
        .correlation_id = http_correlation(call->http),
    };
    service_ask(call->gateway->services, &query, on_reply, call);
}
