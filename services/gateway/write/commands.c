#include "services/gateway/write/commands.h"

#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "services/gateway/edge/limits.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/link/ask.h"
#include "services/gateway/read/cache_entry.h"
#include "services/gateway/write/operations.h"
#include "services/gateway/write/replays.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define BROKER_SILENT_US CLOCK_SECOND_US
#define SCHEMA_VERSION 1

/* --- the message --- */

/* The same member, method, path and key give the same message, today and after a crash. */
static struct uuid message_id_of(const struct call *call)
{
    if (!call->idempotency_key)
        return uuid_random();
    const char *method = call->route->method, *path = http_path(call->http);
    const void *parts[] = {call->viewer.member.bytes, method, path, call->idempotency_key};
    const size_t bytes[] = {sizeof call->viewer.member.bytes, strlen(method), strlen(path),
                            strlen(call->idempotency_key)};
    return uuid_hash(4, parts, bytes);
}

static struct uuid aggregate_of(const struct call *call, const struct uuid *message_id)
{
    struct uuid id = {0};
    switch (call->route->aggregate) {
    case AGGREGATE_NEW: return uuid_derive(message_id, "aggregate", 0);
    case AGGREGATE_MEMBER: return call->viewer.member;
    case AGGREGATE_PATH: break;
    }
    enum err err = uuid_parse(call->params[0], &id);
    (void)err; /* request_shape has read it already */
    return id;
}

static ProtobufCBinaryData pack_envelope(TALLOC_CTX *ctx, struct call *call, const struct uuid *message_id,
                                         const struct uuid *aggregate, const uint8_t body_hash[BODY_HASH_BYTES])
{
    Pb__Envelope envelope = PB__ENVELOPE__INIT;
    Pb__Actor actor = PB__ACTOR__INIT;
    actor.member_id = uuid_to_pb(call, &call->viewer.member);
    actor.has_session_id = true;
    actor.session_id = uuid_to_pb(call, &call->viewer.session);
    envelope.message_id = uuid_to_pb(call, message_id);
    envelope.kind = (char *)call->message->descriptor->short_name;
    envelope.schema_version = SCHEMA_VERSION;
    envelope.aggregate_id = uuid_to_pb(call, aggregate);
    envelope.actor = &actor;
    envelope.correlation_id = (char *)http_correlation(call->http);
    envelope.clock_offset_us = gateway_clock_offset_us(call->gateway);
    envelope.has_clock_offset_us = envelope.clock_offset_us != 0;
    envelope.reply_to = (char *)call->gateway->config.instance;
    envelope.has_body_hash = true;
    envelope.body_hash = (ProtobufCBinaryData){BODY_HASH_BYTES, (uint8_t *)body_hash};
    envelope.has_if_version = call->has_if_version;
    envelope.if_version = call->if_version;
    envelope.payload = mem_pack(call, call->message);
    return mem_pack(ctx, &envelope.base);
}

/* --- sending --- */

static enum err may_write(struct call *call)
{
    const struct gateway *gateway = call->gateway;
    if (kafka_silent_us(gateway->producer) > BROKER_SILENT_US)
        return ERR_UNAVAILABLE;
    enum err err = limits_disk(gateway->limits);
    return err ? err : limits_pending_add(gateway->limits, &call->viewer.member, &call->viewer.branch);
}

/* The call may be answered, and gone, at any moment: the outcome of an earlier sending of the same key may come
 * first. */
static void hand_over(const struct gateway *gateway, enum topic topic, const struct uuid *aggregate,
                      ProtobufCBinaryData value, struct pending *pending)
{
    FAILPOINT("gateway.produce.before");
    enum err err = FAILPOINT_FAILS("gateway.produce.fails")
                       ? ERR_OVERLOADED
                       : kafka_produce(gateway->producer, topic, aggregate->bytes, sizeof aggregate->bytes, value.data,
                                       value.len, outcomes_reported, pending);
    if (err)
        outcomes_give_up(pending, err);
}

static void produce(struct call *call, const struct uuid *message_id, const uint8_t body_hash[BODY_HASH_BYTES])
{
    struct gateway *gateway = call->gateway;
    struct uuid aggregate = aggregate_of(call, message_id);
    enum topic topic = route_service_commands(call->route->service);
    TALLOC_CTX *ctx = mem_context(NULL, "envelope");
    ProtobufCBinaryData value = pack_envelope(ctx, call, message_id, &aggregate, body_hash);
    struct pending *pending;
    switch (outcomes_begin(gateway->outcomes, message_id, body_hash, &aggregate, call, &pending)) {
    case OUTCOME_JOINED: break;
    case OUTCOME_REUSED:
        limits_pending_remove(gateway->limits, &call->viewer.member, &call->viewer.branch);
        problem_reply(call, ERR_IDEMPOTENCY_KEY_REUSED);
        break;
    case OUTCOME_BEGUN: hand_over(gateway, topic, &aggregate, value, pending); break;
    }
    mem_free(ctx);
}

void command_run(struct call *call)
{
    enum err err = may_write(call);
    if (err) {
        problem_reply(call, err);
        return;
    }
    size_t n;
    const void *body = http_body(call->http, &n);
    uint8_t body_hash[BODY_HASH_BYTES];
    crypto_hash_sha256(body_hash, body, n);
    struct uuid message_id = message_id_of(call);
    produce(call, &message_id, body_hash);
}

/* --- answering --- */

/* "{aggregate_id}" and "{resource_id}". */
char *command_location(TALLOC_CTX *ctx, const struct route *route, const Pb__Outcome *outcome)
{
    char *text = mem_text(ctx, "");
    struct uuid id;
    if (!route->location)
        return NULL;
    for (const char *at = route->location; *at;) {
        size_t plain = strcspn(at, "{");
        text = mem_printf(ctx, "%s%.*s", text, (int)plain, at);
        at += plain;
        if (*at == '\0')
            break;
        const ProtobufCBinaryData *source = strncmp(at, "{aggregate_id}", 14) == 0 ? &outcome->aggregate_id
                                                                                   : &outcome->resource_id;
        char id_text[UUID_TEXT_BYTES];
        if (uuid_from_pb(*source, &id))
            return NULL;
        uuid_format(&id, id_text);
        text = mem_printf(ctx, "%s%s", text, id_text);
        at += strcspn(at, "}") + 1;
    }
    return text;
}

void command_reply_resource(struct call *call, const Pb__Outcome *outcome, const ProtobufCMessage *resource,
                            uint64_t version, bool replayed)
{
    struct http_field fields[6];
    size_t n = 0, bytes = 0;
    char *text = NULL, etag[64];
    if (resource && json_write(call, resource, &text, &bytes)) {
        problem_reply(call, ERR_INTERNAL);
        return;
    }
    fields[n++] = (struct http_field){"Cache-Control", "no-store"};
    if (text)
        fields[n++] = (struct http_field){"Content-Type", "application/json"};
    if (text && version) {
        cache_entry_etag(version, text, bytes, etag);
        fields[n++] = (struct http_field){"ETag", etag};
    }
    const char *location = call->route->status == 201 ? command_location(call, call->route, outcome) : NULL;
    if (location)
        fields[n++] = (struct http_field){"Location", location};
    if (replayed)
        fields[n++] = (struct http_field){"Idempotency-Replayed", "true"};
    http_reply(call->http, call->route->status, fields, n, text, bytes);
}

void command_settled(struct call *call, const Pb__Outcome *outcome, bool replayed)
{
    const struct route *route = call->route;
    if (outcome->code) {
        problem_of_service(call, err_from_word(outcome->code), outcome->fields, outcome->n_fields, 0, replayed);
    } else if (!route->reply) {
        command_reply_resource(call, outcome, NULL, 0, replayed);
    } else if (outcome->has_resource) {
        ProtobufCMessage *resource = mem_unpack(call, route->reply, outcome->resource.data, outcome->resource.len);
        if (resource)
            command_reply_resource(call, outcome, resource, outcome->version, replayed);
        else
            problem_reply(call, ERR_MALFORMED);
    } else {
        replay_resource(call, outcome, replayed);
    }
}

void command_accepted(struct call *call, const struct accepted *accepted)
{
    size_t bytes;
    char *text = operation_text(call, accepted, &call->viewer.member, NULL, call->english, &bytes);
    const struct http_field fields[] = {
        {"Content-Type", "application/json"},
        {"Cache-Control", "no-store"},
        {"Location", mem_printf(call, "/v1/operations/%s", operation_id(call, accepted, &call->viewer.member))},
    };
    http_reply(call->http, 202, fields, 3, text, bytes);
}
