#include "services/gateway/link/services.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"

#define REPLY_LIMIT_BYTES (32 << 20) /* a pack with its documents' lists; files never come this way, texts do */

struct services {
    struct services_options options;
};

static const struct {
    const char *name;
    enum topic commands;
} ROWS[SERVICE_COUNT] = {
    [SERVICE_NONE] = {"", TOPIC_NONE},
    [SERVICE_AUTH] = {"auth", TOPIC_AUTH_COMMANDS},
    [SERVICE_MEETING] = {"meeting", TOPIC_MEETING_COMMANDS},
    [SERVICE_DOCUMENT] = {"document", TOPIC_DOCUMENT_COMMANDS},
    [SERVICE_NOTIFICATION] = {"notification", TOPIC_NOTIFICATION_COMMANDS},
    [SERVICE_ANALYTICS] = {"analytics", TOPIC_ACTIVITY},
};

const char *services_name(enum service service)
{
    return ROWS[service].name;
}

enum topic service_commands(enum service service)
{
    return ROWS[service].commands;
}

struct services *services_new(TALLOC_CTX *ctx, const struct services_options *options)
{
    struct services *services = mem_new(ctx, struct services);
    services->options = *options;
    return services;
}

/* --- one query --- */

/* A query that was sent and is not answered yet. */
struct sent {
    service_done_fn *done;
    void *arg;
    enum service service;
    char *correlation_id; /* or NULL */
};

static void log_failure(const struct sent *sent, enum err err, int status)
{
    log_set_correlation(sent->correlation_id);
    log_warn("query_failed", "service=%s err=%s status=%d", services_name(sent->service), err_word(err), status);
    log_set_correlation(NULL);
}

static void on_reply(void *arg, enum err err, int status, const void *bytes, size_t n)
{
    struct sent *sent = arg;
    Pb__QueryReply *reply = NULL;
    if (!err && status != 200)
        err = ERR_UNAVAILABLE;
    if (!err)
        reply = (Pb__QueryReply *)mem_unpack(sent, &pb__query_reply__descriptor, bytes, n);
    if (!err && !reply)
        err = ERR_MALFORMED;
    if (err)
        log_failure(sent, err, status);
    if (!err && reply->code)
        err = err_from_word(reply->code);
    sent->done(sent->arg, err, reply);
    mem_free(sent);
}

static ProtobufCBinaryData pack_request(TALLOC_CTX *ctx, const struct services *services,
                                        const struct service_query *query)
{
    Pb__QueryRequest request = PB__QUERY_REQUEST__INIT;
    Pb__Actor actor = PB__ACTOR__INIT;
    request.kind = (char *)query->message->descriptor->short_name;
    request.scope = (Pb__Scope *)query->scope;
    request.correlation_id = (char *)query->correlation_id;
    request.peer = (char *)query->peer;
    request.clock_offset_us = clock_offset_us(services->options.clock_file);
    request.has_clock_offset_us = request.clock_offset_us != 0;
    request.payload = mem_pack(ctx, query->message);
    if (query->caller && query->caller->signed_in) {
        actor.member_id = uuid_to_pb(ctx, &query->caller->member);
        actor.session_id = uuid_to_pb(ctx, &query->caller->session);
        actor.has_session_id = true;
        request.actor = &actor;
    }
    return mem_pack(ctx, &request.base);
}

void service_ask(struct services *services, const struct service_query *query, service_done_fn *done, void *arg)
{
    struct sent *sent = mem_new(NULL, struct sent);
    *sent = (struct sent){done, arg, query->service, mem_text(sent, query->correlation_id)};
    const char *name = services_name(query->service);
    ProtobufCBinaryData body = pack_request(sent, services, query);
    struct http_call call = {
        .unix_socket = mem_printf(sent, "%s/%s.sock", services->options.sockets, name),
        .url = mem_printf(sent, "http://%s/query", name),
        .content_type = "application/x-protobuf",
        .body = body.data,
        .body_bytes = body.len,
        .timeout_ms = services->options.timeout_ms,
        .reply_limit_bytes = REPLY_LIMIT_BYTES,
    };
    http_send(services->options.client, &call, on_reply, sent);
}

ProtobufCMessage *service_payload(TALLOC_CTX *ctx, const ProtobufCMessageDescriptor *type, const Pb__QueryReply *reply)
{
    return mem_unpack(ctx, type, reply->payload.data, reply->payload.len); /* absent reads as an empty message */
}
