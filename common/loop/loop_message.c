/* What handlers say about their message: collected in its slot and its batch, written and announced with the batch. */
#include "common/base/mem.h"
#include "common/kafka/envelope.h"
#include "common/loop/loop_notice.h"
#include "common/loop/loop_slot.h"
#include "common/loop/loop_store.h"
#include <assert.h>

enum err loop_field(const struct loop_message *message, const char *field, enum err code)
{
    struct loop_slot *slot = loop_slot_of(message);
    if (slot->fields.n == LOOP_FIELDS_LIMIT)
        return ERR_INVALID;
    Pb__FieldError *error = mem_new(message->ctx, Pb__FieldError);
    pb__field_error__init(error);
    error->field = mem_text(message->ctx, field);
    error->code = mem_text(message->ctx, err_word(code));
    array_add(message->ctx, &slot->fields, error);
    return ERR_INVALID;
}

void loop_answer(const struct loop_message *message, const struct uuid *resource_id, uint64_t version,
                 const ProtobufCMessage *resource)
{
    struct loop_slot *slot = loop_slot_of(message);
    slot->answered = true;
    slot->resource_id = *resource_id;
    slot->version = version;
    if (resource)
        slot->resource = mem_pack(message->ctx, resource);
}

void loop_answer_after_events(const struct loop_message *message)
{
    loop_slot_of(message)->after_events = true;
}

/* The envelope of what follows from a message: its id is derived from the cause, so that a replay makes the same
 * one. */
static ProtobufCBinaryData envelop(const struct loop_message *cause, const struct uuid *aggregate,
                                   const ProtobufCMessage *body)
{
    struct loop_slot *slot = loop_slot_of(cause);
    struct uuid id = uuid_derive(&cause->id, "event", slot->n_events++);
    Pb__Envelope envelope;
    Pb__Actor actor = PB__ACTOR__INIT;
    envelope_begin(cause->ctx, &envelope, &id, aggregate, body->descriptor->short_name, mem_pack(cause->ctx, body));
    if (cause->has_actor) {
        actor.member_id = uuid_to_pb(cause->ctx, &cause->actor);
        envelope.actor = &actor;
    }
    envelope.correlation_id = (char *)(uintptr_t)cause->correlation_id; /* packed, never written */
    envelope.has_causation_id = true;
    envelope.causation_id = uuid_to_pb(cause->ctx, &cause->id);
    if (slot->envelope && slot->envelope->has_clock_offset_us) {
        envelope.has_clock_offset_us = true;
        envelope.clock_offset_us = slot->envelope->clock_offset_us;
    }
    return mem_pack(cause->ctx, &envelope.base);
}

void loop_event(const struct loop_message *message, enum topic topic, const struct uuid *key,
                const ProtobufCMessage *event)
{
    array_add(message->ctx, &message->batch->events,
              (struct loop_outgoing){.topic = topic,
                                     .partition = loop_slot_of(message)->record->partition,
                                     .key = *key,
                                     .envelope = envelop(message, key, event)});
}

void loop_command(const struct loop_message *message, enum topic topic, const struct uuid *aggregate,
                  const ProtobufCMessage *command)
{
    Pb__OutboundMessage *out = loop_outbound(message->ctx, topic, aggregate, (ProtobufCBinaryData){0}, false);
    struct loop_message as_service = *message; /* a service speaks, not the member */
    struct loop_slot speaker = *loop_slot_of(message);
    as_service.has_actor = false;
    speaker.message = as_service;
    out->value = envelop(&speaker.message, aggregate, command);
    loop_slot_of(message)->n_events = speaker.n_events;
    array_add(message->ctx, &message->batch->messages, out);
}

void loop_tag(struct loop_batch *batch, enum tag tag, const struct uuid *id)
{
    static const struct uuid NO_KEY;
    assert(tag_has_key(tag) == (id != NULL));
    if (!batch->tags[tag])
        batch->tags[tag] = uuid_map_new(batch->ctx);
    uuid_map_name(batch->tags[tag], id ? id : &NO_KEY);
}

void loop_timer(const struct loop_message *message, const struct uuid *aggregate, int64_t due_us,
                const ProtobufCMessage *command)
{
    struct loop_batch *batch = message->batch;
    if (!batch->timers)
        batch->timers = loop_store_timer_args(batch->ctx);
    loop_store_add_timer(batch->timers, command->descriptor->short_name, aggregate, due_us,
                         mem_pack(batch->ctx, command));
}
