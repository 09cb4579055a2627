#include "services/gateway/link/services.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>

#define REPLY_LIMIT_BYTES (32 << 20) /* a pack with its documents' lists; files never come this way, texts do */
#define RESTS_US CLOCK_SECOND_US

struct services {
    struct services_options options;
    atomic_uint under_way[SERVICE_COUNT][SERVICES_INSTANCES_MOST];
    _Atomic int64_t rests_until_us[SERVICE_COUNT][SERVICES_INSTANCES_MOST]; /* it did not answer; monotonic */
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
    [SERVICE_ANALYTICS] = {"analytics", TOPIC_ANALYTICS_COMMANDS},
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
    struct services *services;
    service_done_fn *done;
    void *arg;
    enum service service;
    char *correlation_id; /* or NULL */
    bool direct, timed_out;
    ProtobufCBinaryData body;
    bool asked[SERVICES_INSTANCES_MOST];
    unsigned instance; /* that has it now */
};

static void log_failure(const struct sent *sent, enum err err, int status)
{
    log_set_correlation(sent->correlation_id);
    log_warn("query_failed", "service=%s instance=%u err=%s status=%d", services_name(sent->service),
             sent->instance + 1, err_word(err), status);
    log_set_correlation(NULL);
}

static bool rests(const struct sent *sent, unsigned instance)
{
    return atomic_load(&sent->services->rests_until_us[sent->service][instance]) > clock_monotonic_us();
}

static void let_rest(const struct sent *sent)
{
    atomic_store(&sent->services->rests_until_us[sent->service][sent->instance], clock_monotonic_us() + RESTS_US);
}

/* The one with the fewest questions under way, of those that were not asked yet. False: there is none. */
static bool choose_among(struct sent *sent, bool resting)
{
    const struct services *services = sent->services;
    unsigned fewest = UINT_MAX;
    for (unsigned i = 0; i < services->options.instances; i++) {
        unsigned n = atomic_load(&services->under_way[sent->service][i]);
        if (sent->asked[i] || n >= fewest || (!resting && rests(sent, i)))
            continue;
        fewest = n;
        sent->instance = i;
    }
    return fewest != UINT_MAX;
}

/* One that did not answer a moment ago is asked only where there is no other. */
static bool choose_instance(struct sent *sent)
{
    return choose_among(sent, false) || choose_among(sent, true);
}

static void on_reply(void *arg, enum err err, int status, const void *bytes, size_t n);

static void ask_instance(struct sent *sent)
{
    struct services *services = sent->services;
    char name[32];
    const char *service = services_name(sent->service);
    if (sent->instance == 0)
        (void)snprintf(name, sizeof name, "%s", service); /* names are shorter */
    else
        (void)snprintf(name, sizeof name, "%s-%u", service, sent->instance + 1);
    const struct http_call call = {
        .unix_socket = mem_printf(sent, "%s/%s.sock", services->options.sockets, name),
        .url = mem_printf(sent, "http://%s/query", name),
        .content_type = "application/x-protobuf",
        .body = sent->body.data,
        .body_bytes = sent->body.len,
        .timeout_ms = services->options.timeout_ms,
        .reply_limit_bytes = REPLY_LIMIT_BYTES,
    };
    sent->asked[sent->instance] = true;
    atomic_fetch_add(&services->under_way[sent->service][sent->instance], 1);
    http_send(services->options.client, &call, on_reply, sent);
}

static void settle(struct sent *sent, enum err err, const void *bytes, size_t n)
{
    Pb__QueryReply *reply = NULL;
    if (err == ERR_NOT_CONNECTED)
        err = ERR_UNAVAILABLE;
    if (!err)
        reply = (Pb__QueryReply *)mem_unpack(sent, &pb__query_reply__descriptor, bytes, n);
    if (!err && !reply)
        err = ERR_MALFORMED;
    if (!err && reply->code)
        err = err_from_word(reply->code);
    sent->done(sent->arg, err, reply);
    mem_free(sent);
}

/* A direct call, as a sign-in, is made again only where nobody took it. A slow database answers no second instance
 * sooner: after one deadline another is asked once, as the first may be frozen. */
static bool may_ask_another(struct sent *sent, enum err err)
{
    bool timed_out = sent->timed_out;
    sent->timed_out = err == ERR_TIMEOUT;
    if (err == ERR_NOT_CONNECTED)
        return true;
    return !sent->direct && (err == ERR_UNAVAILABLE || (err == ERR_TIMEOUT && !timed_out));
}

/* On the HTTP client's thread. */
static void on_reply(void *arg, enum err err, int status, const void *bytes, size_t n)
{
    struct sent *sent = arg;
    atomic_fetch_sub(&sent->services->under_way[sent->service][sent->instance], 1);
    if (!err && status != 200)
        err = ERR_UNAVAILABLE;
    if (err)
        log_failure(sent, err, status);
    if (err == ERR_NOT_CONNECTED || err == ERR_UNAVAILABLE || err == ERR_TIMEOUT)
        let_rest(sent);
    if (may_ask_another(sent, err) && choose_instance(sent))
        ask_instance(sent);
    else
        settle(sent, err, bytes, n);
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
    sent->services = services;
    sent->done = done;
    sent->arg = arg;
    sent->service = query->service;
    sent->correlation_id = mem_text(sent, query->correlation_id);
    sent->direct = query->caller != NULL;
    sent->body = pack_request(sent, services, query);
    (void)choose_instance(sent); /* there is one at least */
    ask_instance(sent);
}

ProtobufCMessage *service_payload(TALLOC_CTX *ctx, const ProtobufCMessageDescriptor *type, const Pb__QueryReply *reply)
{
    return mem_unpack(ctx, type, reply->payload.data, reply->payload.len); /* absent reads as an empty message */
}
