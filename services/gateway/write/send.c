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
#include <sodium.h>
#include <string.h>

#define BROKER_SILENT_US CLOCK_SECOND_US

/* --- the message --- */

/* What a message's id is a hash of. */
enum { ID_PARTS = 4 + ROUTE_PARAMS };
struct id_parts {
    const void *items[ID_PARTS];
    size_t bytes[ID_PARTS];
    size_t n;
};

static void add_part(struct id_parts *parts, const void *bytes, size_t n)
{
    parts->items[parts->n] = bytes;
    parts->bytes[parts->n++] = n;
}

/* An id of the path as the message holds it, so that it is the same in capitals; any other word as it was sent. */
static void add_param(struct id_parts *parts, struct call *call, size_t i)
{
    const ProtobufCMessage *message = call->message;
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
        message->descriptor, route_param_name(call, call->route, i));
    if (field && field->type == PROTOBUF_C_TYPE_BYTES) {
        const ProtobufCBinaryData *id = (const void *)((const char *)message + field->offset);
        add_part(parts, id->data, id->len);
    } else {
        add_part(parts, call->params[i], strlen(call->params[i]));
    }
}

/* A key that is a UUID is the same in capitals. */
static void add_key(struct id_parts *parts, struct call *call, const struct uuid *of_key)
{
    const char *key = call->idempotency_key;
    if (of_key) {
        char *text = mem_array(call, char, UUID_TEXT_BYTES);
        uuid_format(of_key, text);
        key = text;
    }
    add_part(parts, key, strlen(key));
}

/* The same member, route, ids of the path and key give the same message, today and after a crash. A key that is a
 * UUIDv7 gives it its time as it stands (common/base/uuid.h): a clock of ours would make two messages of one. */
static struct uuid message_id_of(struct call *call)
{
    const char *key = call->idempotency_key;
    struct id_parts parts = {.n = 0};
    struct uuid of_key;
    if (!key)
        return uuid_random_at(clock_now_us());
    add_part(&parts, call->viewer.member.bytes, sizeof call->viewer.member.bytes);
    add_part(&parts, call->route->method, strlen(call->route->method));
    add_part(&parts, call->route->path, strlen(call->route->path));
    for (size_t i = 0; i < call->n_params; i++)
        add_param(&parts, call, i);
    bool is_uuid = uuid_parse(key, &of_key) == ERR_OK;
    add_key(&parts, call, is_uuid ? &of_key : NULL);
    struct uuid id = uuid_hash(parts.n, parts.items, parts.bytes);
    return is_uuid && uuid_is_v7(&of_key) ? uuid_at_time_of(id, &of_key) : id;
}

/* The body is compared as the message that it means: spaces, the order of names, escapes and normal forms do not
 * count. */
static void hash_body(struct call *call, uint8_t ret_hash[BODY_HASH_BYTES])
{
    ProtobufCBinaryData packed = mem_pack(call, call->message);
    crypto_hash_sha256(ret_hash, packed.data, packed.len);
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
    envelope.clock_offset_us = call->clock_offset_us;
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
    enum err err = kafka_takes_writes(gateway->producer, BROKER_SILENT_US);
    if (!err)
        err = limits_disk(gateway->limits);
    return err ? err
               : limits_unsettled_add(gateway->limits, call->route->service, &call->viewer.member,
                                      &call->viewer.branch);
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
        limits_unsettled_remove(gateway->limits, call->route->service, &call->viewer.member, &call->viewer.branch);
        problem_reply(call, ERR_IDEMPOTENCY_KEY_REUSED);
        break;
    case OUTCOME_BEGUN: produce(gateway, topic, &aggregate, value, unsettled); break;
    }
    mem_free(ctx);
}

void send_command(struct call *call)
{
    uint8_t body_hash[BODY_HASH_BYTES];
    hash_body(call, body_hash); /* without what the gateway adds to the message */
    if (!blobs_attach(call))
        return;
    enum err err = may_write(call);
    if (err) {
        problem_reply(call, err);
        return;
    }
    struct uuid message_id = message_id_of(call);
    send(call, &message_id, body_hash);
}
