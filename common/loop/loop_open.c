#include "common/loop/loop_open.h"

#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/contract/contract_check.h"
#include "common/kafka/envelope.h"
#include "common/loop/loop_obstacle.h"
#include <string.h>

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
    m->id = uuid_at(uuid_hash(3, parts, bytes), record->append_time_us);
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

/* The envelope's ids and times; ERR_MALFORMED where they are not what they must be. The clock offset is bounded by its
 * field's rule. */
static enum err read_envelope(struct loop_message *m, const Pb__Envelope *envelope, int64_t append_time_us)
{
    if (uuid_from_pb(envelope->message_id, &m->id) || uuid_from_pb(envelope->aggregate_id, &m->aggregate))
        return ERR_MALFORMED;
    if (envelope->actor) {
        m->has_actor = true;
        if (uuid_from_pb(envelope->actor->member_id, &m->actor))
            return ERR_MALFORMED;
        m->session = uuid_or_zero(envelope->actor->session_id);
    }
    m->has_if_version = envelope->has_if_version;
    m->if_version = envelope->if_version;
    m->correlation_id = envelope->correlation_id;
    m->now_us = append_time_us + (envelope->has_clock_offset_us ? envelope->clock_offset_us : 0);
    return ERR_OK;
}

/* What breaks the rules of its fields is refused in the same words as at the edge: it did not come through a gateway,
 * or through one that knew other rules. A rejection settles it for whoever waits; a dead letter would keep what no
 * replay can make right. */
static void check_fields(struct loop_slot *slot)
{
    struct loop_message *m = &slot->message;
    struct field_errors errors;
    field_errors_init(&errors, m->ctx);
    contract_check(m->body, &errors);
    for (size_t i = 0; i < errors.n; i++)
        slot->err = loop_field(m, errors.items[i].field, errors.items[i].code);
}

/* The record's envelope; NULL if there is none that a gateway or a service of ours could have made. */
static const Pb__Envelope *unpack_envelope(const struct loop_message *m, const struct kafka_record *record)
{
    struct field_errors errors;
    if (!record->value)
        return NULL;
    ProtobufCMessage *envelope = mem_unpack(m->ctx, &pb__envelope__descriptor, record->value, record->value_bytes);
    if (!envelope)
        return NULL;
    field_errors_init(&errors, m->ctx);
    contract_check(envelope, &errors);
    return errors.n == 0 ? (const Pb__Envelope *)envelope : NULL;
}

static void open_envelope(struct loop_slot *slot, const struct loop_options *options, const struct kafka_record *record)
{
    struct loop_message *m = &slot->message;
    const Pb__Envelope *envelope = unpack_envelope(m, record);
    slot->err = envelope ? read_envelope(m, envelope, record->append_time_us) : ERR_MALFORMED;
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
    else if (slot->input->commands || slot->input->clients)
        check_fields(slot);
}

void loop_open(struct loop_slot *slot, struct loop_batch *batch, const struct loop_options *options,
               const struct kafka_record *record)
{
    /* The slot may hold what was left of a record that was not taken: nothing of it may show through. */
    *slot = (struct loop_slot){.record = record, .input = loop_find_input(options, record->topic)};
    slot->message = (struct loop_message){
        .topic = record->topic, .appended_at_us = record->append_time_us, .batch = batch, .ctx = batch->ctx};
    if (slot->input->raw)
        open_raw(slot, options, record);
    else
        open_envelope(slot, options, record);
}

/* The position moves behind a record with the last of its messages. */
static void count_position(struct loop_batch *batch, const struct loop_partition *partition,
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
    batch->positions[i].next = record->more ? record->offset : record->offset + 1;
    if (!record->more)
        batch->last[i] = record;
}

void loop_open_next(struct loop_batch *batch, const struct loop_options *options, struct loop_positions *positions,
                    const struct kafka_record *record, bool dead)
{
    struct loop_partition *partition = loop_positions_find(positions, record->topic, record->partition);
    if (!partition || partition->obstacle.waits || record->offset < partition->position.next)
        return;
    struct loop_slot *slot = &batch->slots[batch->n_slots];
    loop_open(slot, batch, options, record);
    if (slot->err == ERR_UNKNOWN_KIND && dead)
        slot->err = ERR_OK;
    if (slot->err == ERR_UNKNOWN_KIND) {
        log_error("unknown_command", "topic=%s partition=%d offset=%lld.%d kind=%s", topic_name(record->topic),
                  record->partition, (long long)record->offset, record->place, slot->envelope->kind);
        loop_obstacle_is_ahead(partition, record, ERR_UNKNOWN_KIND, slot->envelope->kind);
        return;
    }
    count_position(batch, partition, record);
    batch->n_slots++;
}

static struct kafka_record piece_of(const struct kafka_record *record, ProtobufCBinaryData envelope, size_t place,
                                    size_t n)
{
    struct kafka_record piece = *record;
    piece.value = envelope.data;
    piece.value_bytes = envelope.len;
    piece.place = (int32_t)place;
    piece.more = place + 1 < n;
    piece.of = record;
    return piece;
}

void loop_take_apart(TALLOC_CTX *ctx, const struct loop_options *options, const struct kafka_record *record,
                     struct loop_records *into)
{
    const Pb__Bundle *bundle = loop_find_input(options, record->topic)->raw
                                   ? NULL
                                   : envelope_unbundle(ctx, record->value, record->value_bytes);
    if (!bundle) {
        array_add(ctx, &into->list, *record);
        return;
    }
    for (size_t i = 0; i < bundle->n_envelopes; i++)
        array_add(ctx, &into->list, piece_of(record, bundle->envelopes[i], i, bundle->n_envelopes));
}
