#include "common/loop/loop_open.h"

#include "common/base/log.h"
#include "common/base/mem.h"
#include <stdio.h>
#include <string.h>

static const struct loop_input *find_input(const struct loop_options *options, enum topic topic)
{
    for (size_t i = 0; i < options->n_inputs; i++)
        if (options->inputs[i].topic == topic)
            return &options->inputs[i];
    return NULL;
}

static void find_handlers(struct loop_slot *slot, const struct loop_options *options, const char *kind)
{
    slot->n_handlers = loop_find_handlers(options->parts, options->n_parts, slot->message.topic, kind, slot->handlers);
}

static void open_raw(struct loop_slot *slot, const struct loop_options *options, const struct kafka_record *record)
{
    struct loop_message *m = &slot->message;
    const void *parts[] = {topic_name(record->topic), &record->partition, &record->offset};
    const size_t bytes[] = {strlen(parts[0]), sizeof record->partition, sizeof record->offset};
    find_handlers(slot, options, NULL);
    m->id = uuid_hash(3, parts, bytes);
    m->now_us = record->append_time_us;
    if (record->key_bytes != sizeof m->aggregate.bytes) {
        slot->err = ERR_MALFORMED;
        return;
    }
    memcpy(m->aggregate.bytes, record->key, sizeof m->aggregate.bytes);
    if (!record->value)
        return;
    m->body = mem_unpack(m->ctx, slot->handlers[0]->type, record->value, record->value_bytes);
    if (!m->body)
        slot->err = ERR_MALFORMED;
}

/* The envelope's ids and times; ERR_MALFORMED where they are not what they must be. */
static enum err read_envelope(struct loop_message *m, const Pb__Envelope *envelope, int64_t append_time_us)
{
    if (uuid_from_pb(envelope->message_id, &m->id) || uuid_from_pb(envelope->aggregate_id, &m->aggregate))
        return ERR_MALFORMED;
    if (envelope->actor) {
        m->has_actor = true;
        if (uuid_from_pb(envelope->actor->member_id, &m->actor))
            return ERR_MALFORMED;
    }
    m->has_if_version = envelope->has_if_version;
    m->if_version = envelope->if_version;
    m->correlation_id = envelope->correlation_id;
    m->now_us = append_time_us + (envelope->has_clock_offset_us ? envelope->clock_offset_us : 0);
    return ERR_OK;
}

static void open_envelope(struct loop_slot *slot, const struct loop_options *options, const struct kafka_record *record)
{
    struct loop_message *m = &slot->message;
    ProtobufCMessage *opened = record->value
                                   ? mem_unpack(m->ctx, &pb__envelope__descriptor, record->value, record->value_bytes)
                                   : NULL;
    if (!opened) {
        slot->err = ERR_MALFORMED;
        return;
    }
    const Pb__Envelope *envelope = (const Pb__Envelope *)opened;
    slot->err = read_envelope(m, envelope, record->append_time_us);
    if (slot->err)
        return;
    slot->envelope = envelope;
    find_handlers(slot, options, envelope->kind);
    if (slot->n_handlers == 0) {
        slot->skip = !slot->input->commands;
        slot->err = slot->input->commands ? ERR_UNKNOWN_KIND : ERR_OK;
        return;
    }
    m->body = mem_unpack(m->ctx, slot->handlers[0]->type, envelope->payload.data, envelope->payload.len);
    if (!m->body)
        slot->err = ERR_MALFORMED;
}

void loop_open(struct loop_slot *slot, struct loop_batch *batch, const struct loop_options *options,
               const struct kafka_record *record)
{
    /* The slot may hold what was left of a record that was not taken: nothing of it may show through. */
    *slot = (struct loop_slot){.record = record, .input = find_input(options, record->topic)};
    slot->message = (struct loop_message){.topic = record->topic, .batch = batch, .ctx = batch->ctx};
    if (slot->input->raw)
        open_raw(slot, options, record);
    else
        open_envelope(slot, options, record);
}

/* Returns its index among the batch's positions. */
static size_t count_position(struct loop_batch *batch, const struct loop_partition *partition,
                             const struct kafka_record *record)
{
    size_t i = 0;
    while (i < batch->n_positions &&
           (batch->positions[i].topic != (int32_t)record->topic || batch->positions[i].partition != record->partition))
        i++;
    if (i == batch->n_positions) {
        batch->positions[i] = partition->position;
        batch->positions[i].expected = partition->position.next;
        batch->n_positions++;
    }
    batch->positions[i].next = record->offset + 1;
    return i;
}

void loop_open_next(struct loop_batch *batch, const struct loop_options *options, struct loop_positions *positions,
                    const struct kafka_record *record, bool dead)
{
    struct loop_partition *partition = loop_positions_find(positions, record->topic, record->partition);
    bool waits = partition && (partition->held || *partition->unknown_kind);
    if (!partition || waits || record->offset < partition->position.next)
        return;
    struct loop_slot *slot = &batch->slots[batch->n_slots];
    loop_open(slot, batch, options, record);
    if (slot->err == ERR_UNKNOWN_KIND && dead)
        slot->err = ERR_OK;
    if (slot->err == ERR_UNKNOWN_KIND) {
        log_error("unknown_command", "topic=%s partition=%d offset=%lld kind=%s", topic_name(record->topic),
                  record->partition, (long long)record->offset, slot->envelope->kind);
        (void)snprintf(partition->unknown_kind, sizeof partition->unknown_kind, "%s", slot->envelope->kind);
        return;
    }
    slot->position = count_position(batch, partition, record);
    batch->n_slots++;
}
