/* What handlers say about their message: collected in its slot and its batch, written and announced with the batch. */
#include "common/base/clock.h"
#include "common/loop/loop_internal.h"
#include <string.h>

struct loop_slot *loop_slot_of(const struct loop_message *message)
{
    return (struct loop_slot *)(uintptr_t)message; /* `message` is the slot's first member; handlers hold it const */
}

void loop_list_add(TALLOC_CTX *ctx, struct loop_list *list, void *item)
{
    if (list->n == list->room) {
        list->room = list->room ? list->room * 2 : 64;
        list->items = mem_grow(ctx, list->items, sizeof *list->items, list->room);
    }
    list->items[list->n++] = item;
}

enum err loop_field(const struct loop_message *message, const char *field, enum err code)
{
    struct loop_slot *slot = loop_slot_of(message);
    if (slot->fields.n == LOOP_FIELDS_LIMIT)
        return ERR_INVALID;
    Pb__FieldError *error = mem_new(message->ctx, Pb__FieldError);
    pb__field_error__init(error);
    error->field = mem_text(message->ctx, field);
    error->code = mem_text(message->ctx, err_word(code));
    loop_list_add(message->ctx, &slot->fields, error);
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
    message->batch->after_events = true;
}

Pb__OutboundMessage *loop_outbound(TALLOC_CTX *ctx, enum topic topic, const struct uuid *key, ProtobufCBinaryData value,
                                   bool tombstone)
{
    Pb__OutboundMessage *out = mem_new(ctx, Pb__OutboundMessage);
    pb__outbound_message__init(out);
    out->topic = (uint32_t)topic;
    out->key = uuid_to_pb(ctx, key);
    out->has_value = !tombstone;
    out->value = value;
    return out;
}

/* The envelope of what follows from a message: its id is derived from the cause, so that a replay makes the same
 * one. */
static ProtobufCBinaryData envelop(const struct loop_message *cause, const struct uuid *aggregate,
                                   const ProtobufCMessage *body)
{
    struct loop_slot *slot = loop_slot_of(cause);
    struct uuid id = uuid_derive(&cause->id, "event", slot->n_events++);
    Pb__Envelope envelope = PB__ENVELOPE__INIT;
    Pb__Actor actor = PB__ACTOR__INIT;
    envelope.message_id = uuid_to_pb(cause->ctx, &id);
    envelope.kind = (char *)(uintptr_t)body->descriptor->short_name;
    envelope.schema_version = 1;
    envelope.aggregate_id = uuid_to_pb(cause->ctx, aggregate);
    if (cause->has_actor) {
        actor.member_id = uuid_to_pb(cause->ctx, &cause->actor);
        envelope.actor = &actor;
    }
    envelope.correlation_id = (char *)(uintptr_t)cause->correlation_id;
    envelope.has_causation_id = true;
    envelope.causation_id = uuid_to_pb(cause->ctx, &cause->id);
    if (slot->envelope && slot->envelope->has_clock_offset_us) {
        envelope.has_clock_offset_us = true;
        envelope.clock_offset_us = slot->envelope->clock_offset_us;
    }
    envelope.payload = mem_pack(cause->ctx, body);
    return mem_pack(cause->ctx, &envelope.base);
}

static void say(const struct loop_message *message, Pb__OutboundMessage *out)
{
    loop_list_add(message->ctx, &message->batch->messages, out);
}

void loop_event(const struct loop_message *message, enum topic topic, const struct uuid *key,
                const ProtobufCMessage *event)
{
    say(message, loop_outbound(message->ctx, topic, key, envelop(message, key, event), false));
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
    say(message, out);
}

void loop_record(const struct loop_message *message, enum topic topic, const ProtobufCMessage *value)
{
    ProtobufCBinaryData packed = value ? mem_pack(message->ctx, value) : (ProtobufCBinaryData){0};
    message->batch->has_records = true;
    loop_list_add(message->ctx, &loop_slot_of(message)->records,
                  loop_outbound(message->ctx, topic, &message->aggregate, packed, value == NULL));
}

void loop_tag(struct loop_batch *batch, enum tag tag, const struct uuid *id)
{
    char text[TAG_TEXT_BYTES];
    tag_format(tag, id, text);
    size_t n = strlen(text);
    struct loop_tag_entry *entry = NULL;
    HASH_FIND(hh, batch->tag_index, text, (unsigned)n, entry);
    if (entry)
        return;
    entry = mem_zalloc(batch->ctx, sizeof *entry + n + 1, "tag");
    memcpy(entry->text, text, n);
    HASH_ADD(hh, batch->tag_index, text, (unsigned)n, entry);
    loop_list_add(batch->ctx, &batch->tags, entry->text);
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

/* --- what it is told in ------------------------------------------------------------------------------------------- */

static Pb__Announcement *announcement_of(struct loop_batch *batch)
{
    Pb__Announcement *a = mem_new(batch->ctx, Pb__Announcement);
    pb__announcement__init(a);
    a->n_tags = batch->tags.n;
    a->tags = (char **)batch->tags.items;
    a->n_messages = batch->messages.n;
    a->messages = (Pb__OutboundMessage **)batch->messages.items;
    a->n_outcomes = batch->outcomes.n;
    a->outcomes = (Pb__Outcome **)batch->outcomes.items;
    a->n_reply_to = batch->replies.n;
    a->reply_to = (char **)batch->replies.items;
    return a;
}

/* NULL: none of this partition. */
static Pb__Announcement *records_of(struct loop_batch *batch, size_t position)
{
    struct loop_list records = {0};
    for (size_t i = 0; i < batch->n_slots; i++)
        for (size_t j = 0; batch->slots[i].position == position && j < batch->slots[i].records.n; j++)
            loop_list_add(batch->ctx, &records, batch->slots[i].records.items[j]);
    if (records.n == 0)
        return NULL;
    Pb__Announcement *a = mem_new(batch->ctx, Pb__Announcement);
    pb__announcement__init(a);
    a->n_messages = records.n;
    a->messages = (Pb__OutboundMessage **)records.items;
    return a;
}

static void add_part(struct loop_batch *batch, struct loop_notice parts[], size_t *n, size_t position,
                     Pb__Announcement *announcement)
{
    const struct loop_position *p = &batch->positions[position];
    if (announcement)
        parts[(*n)++] = (struct loop_notice){.row = {.topic = p->topic, .partition = p->partition},
                                             .announcement = announcement};
}

/* The whole commit is told from one row, at its first partition: PostgreSQL is the limit of a write. But for the
 * records of compacted topics: if they stood elsewhere than with their key's partition, a new owner of the one could
 * send them after a new owner of the other had sent newer ones. */
size_t loop_notices(struct loop_batch *batch, struct loop_notice parts[])
{
    size_t n = 0;
    if (batch->tags.n + batch->messages.n + batch->outcomes.n > 0)
        add_part(batch, parts, &n, 0, announcement_of(batch));
    for (size_t i = 0; batch->has_records && i < batch->n_positions; i++)
        add_part(batch, parts, &n, i, records_of(batch, i));
    return n;
}
