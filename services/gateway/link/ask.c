#include "services/gateway/link/ask.h"

#include "common/base/log.h"
#include "common/base/mem.h"

#define REPLY_LIMIT_BYTES (32 << 20) /* a pack with its documents' lists; files never come this way, texts do */

struct question {
    ask_done_fn *done;
    void *arg;
    enum route_service service;
    char *correlation_id; /* or NULL */
};

static void log_failure(const struct question *question, enum err err, int status)
{
    log_set_correlation(question->correlation_id);
    log_warn("query_failed", "service=%s err=%s status=%d", route_service_name(question->service), err_word(err),
             status);
    log_set_correlation(NULL);
}

static void answered(void *arg, enum err err, int status, const void *bytes, size_t n)
{
    struct question *question = arg;
    Pb__QueryReply *reply = NULL;
    if (!err && status != 200)
        err = ERR_UNAVAILABLE;
    if (!err)
        reply = (Pb__QueryReply *)mem_unpack(question, &pb__query_reply__descriptor, bytes, n);
    if (!err && !reply)
        err = ERR_MALFORMED;
    if (err)
        log_failure(question, err, status);
    if (!err && reply->code)
        err = err_from_word(reply->code);
    question->done(question->arg, err, reply);
    mem_free(question);
}

static ProtobufCBinaryData pack_request(TALLOC_CTX *ctx, const struct gateway *gateway, const struct ask *ask)
{
    Pb__QueryRequest request = PB__QUERY_REQUEST__INIT;
    Pb__Actor actor = PB__ACTOR__INIT;
    request.kind = (char *)ask->message->descriptor->short_name;
    request.scope = (Pb__Scope *)ask->scope;
    request.correlation_id = (char *)ask->correlation_id;
    request.peer = (char *)ask->peer;
    request.clock_offset_us = gateway_clock_offset_us(gateway);
    request.has_clock_offset_us = request.clock_offset_us != 0;
    request.payload = mem_pack(ctx, ask->message);
    if (ask->caller && ask->caller->signed_in) {
        actor.member_id = uuid_to_pb(ctx, &ask->caller->member);
        actor.session_id = uuid_to_pb(ctx, &ask->caller->session);
        actor.has_session_id = true;
        request.actor = &actor;
    }
    return mem_pack(ctx, &request.base);
}

void ask_service(struct gateway *gateway, const struct ask *ask, ask_done_fn *done, void *arg)
{
    struct question *question = mem_new(NULL, struct question);
    *question = (struct question){done, arg, ask->service, mem_text(question, ask->correlation_id)};
    const char *name = route_service_name(ask->service);
    ProtobufCBinaryData body = pack_request(question, gateway, ask);
    struct http_call call = {
        .unix_socket = mem_printf(question, "%s/%s.sock", gateway->config.sockets, name),
        .url = mem_printf(question, "http://%s/query", name),
        .content_type = "application/x-protobuf",
        .body = body.data,
        .body_bytes = body.len,
        .timeout_ms = (int)gateway->config.query_timeout_ms,
        .reply_limit_bytes = REPLY_LIMIT_BYTES,
    };
    http_send(gateway->client, &call, answered, question);
}

ProtobufCMessage *ask_payload(TALLOC_CTX *ctx, const ProtobufCMessageDescriptor *type, const Pb__QueryReply *reply)
{
    return mem_unpack(ctx, type, reply->payload.data, reply->payload.len); /* absent reads as an empty message */
}
