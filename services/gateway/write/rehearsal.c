#include "services/gateway/write/rehearsal.h"

#include "common/base/array.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/json/json.h"
#include "services/gateway/link/services.h"
#include "services/gateway/write/send.h"
#include <assert.h>

static bool is_rehearsal(const ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(message->descriptor,
                                                                                            "dry_run");
    assert(field && field->type == PROTOBUF_C_TYPE_BOOL);
    return *(const protobuf_c_boolean *)(const void *)((const char *)message + field->offset);
}

static void reply(struct call *call, const ProtobufCMessage *preview)
{
    static const struct http_field FIELDS[] = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
    size_t n;
    char *text = json_write(call, preview, &n);
    http_reply(call->http, 200, FIELDS, ARRAY_LENGTH(FIELDS), text, n);
}

static void on_reply(void *arg, enum err err, const Pb__QueryReply *answer)
{
    struct call *call = arg;
    const ProtobufCMessage *preview = err ? NULL : service_payload(call, call->route->rehearsal, answer);
    if (preview)
        reply(call, preview);
    else if (!err)
        problem_reply(call, ERR_MALFORMED);
    else
        problem_of_service(call, err, answer ? answer->fields : NULL, answer ? answer->n_fields : 0,
                           answer ? answer->retry_after_s : 0, false);
}

void rehearse_or_send(struct call *call)
{
    if (!is_rehearsal(call->message)) {
        send_command(call);
        return;
    }
    const struct service_query query = {
        .service = call->route->service,
        .message = call->message,
        .scope = viewer_scope(call, &call->viewer, SCOPE_MEMBER),
        .correlation_id = http_correlation(call->http),
    };
    service_ask(call->gateway->services, &query, on_reply, call);
}
