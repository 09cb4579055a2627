#include "services/gateway/write/send.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/mem.h"
#include "common/kafka/envelope.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/limits.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/write/blobs.h"
#include "services/gateway/write/outcomes.h"
#include "sotay/v1/auth.pb-c.h"
#include <sodium.h>
#include <string.h>

#define BROKER_SILENT_US CLOCK_SECOND_US
#define LOGOUT_WAIT_US (2 * CLOCK_SECOND_US)

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
    return uuid_hash(ARRAY_LENGTH(parts), parts, bytes);
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
    (void)err; /* shape_read has read it already */
    return id;
}

static ProtobufCBinaryData pack_envelope(TALLOC_CTX *ctx, struct call *call, const struct uuid *message_id,
                                         const struct uuid *aggregate, const uint8_t body_hash[BODY_HASH_BYTES])
{
    Pb__Envelope envelope;
    Pb__Actor actor = PB__ACTOR__INIT;
    actor.member_id = uuid_to_pb(call, &call->viewer.member);
    actor.has_session_id = true;
    actor.session_id = uuid_to_pb(call, &call->viewer.session);
    envelope_begin(call, &envelope, message_id, aggregate, call->message->descriptor->short_name,
                   mem_pack(call, call->message));
    envelope.actor = &actor;
    envelope.correlation_id = (char *)http_correlation(call->http);
    envelope.clock_offset_us = clock_offset_us(call->gateway->config.clock_file);
    envelope.has_clock_offset_us = envelope.clock_offset_us != 0;
    envelope.has_body_hash = true;
    envelope.body_hash = (ProtobufCBinaryData){BODY_HASH_BYTES, (uint8_t *)body_hash};
    envelope.has_if_version = call->has_if_version;
    envelope.if_version = call->if_version;
    return mem_pack(ctx, &envelope.base);
}

/* --- sending --- */

static enum err may_write(struct call *call)
{
    const struct gateway *gateway = call->gateway;
    if (kafka_silent_us(gateway->producer) > BROKER_SILENT_US)
        return ERR_UNAVAILABLE;
    enum err err = limits_disk(gateway->limits);
    return err ? err : limits_unsettled_add(gateway->limits, &call->viewer.member, &call->viewer.branch);
}

/* The call may be answered, and gone, at any moment: the outcome of an earlier sending of the same key may come
 * first. */
static void produce(const struct gateway *gateway, enum topic topic, const struct uuid *aggregate,
                    ProtobufCBinaryData value, struct unsettled *unsettled)
{
    FAILPOINT("gateway.produce.before");
    enum err err = FAILPOINT_FAILS("gateway.produce.fails")
                       ? ERR_OVERLOADED
                       : kafka_produce(gateway->producer, topic, aggregate->bytes, sizeof aggregate->bytes, value.data,
                                       value.len, outcomes_reported, unsettled);
    if (err)
        outcomes_give_up(unsettled, err);
}

static void send(struct call *call, const struct uuid *message_id, const uint8_t body_hash[BODY_HASH_BYTES])
{
    struct gateway *gateway = call->gateway;
    struct uuid aggregate = aggregate_of(call, message_id);
    enum topic topic = service_commands(call->route->service);
    TALLOC_CTX *ctx = mem_context(NULL, "envelope");
    ProtobufCBinaryData value = pack_envelope(ctx, call, message_id, &aggregate, body_hash);
    struct unsettled *unsettled;
    switch (outcomes_begin(gateway->outcomes, message_id, body_hash, &aggregate, call, &unsettled)) {
    case OUTCOME_JOINED: break;
    case OUTCOME_REUSED:
        limits_unsettled_remove(gateway->limits, &call->viewer.member, &call->viewer.branch);
        problem_reply(call, ERR_IDEMPOTENCY_KEY_REUSED);
        break;
    case OUTCOME_BEGUN: produce(gateway, topic, &aggregate, value, unsettled); break;
    }
    mem_free(ctx);
}

void send_command(struct call *call)
{
    if (!blobs_attach(call))
        return;
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
    send(call, &message_id, body_hash);
}

void send_logout(struct call *call)
{
    Pb__EndSession *command = mem_new(call, Pb__EndSession);
    pb__end_session__init(command);
    command->has_session_id = true;
    command->session_id = uuid_to_pb(call, &call->viewer.session);
    call->message = &command->base;
    call->wait_us = LOGOUT_WAIT_US;
    send_command(call);
}
