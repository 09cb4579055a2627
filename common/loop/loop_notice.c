#include "common/loop/loop_notice.h"

#include "common/base/mem.h"
#include "common/kafka/envelope.h"

/* --- events: one record for each topic and partition of the commit ------------------------------------------------ */

static void send_bundle(struct loop_batch *batch, const struct loop_outgoing *first, struct envelope_bundle *bundle)
{
    Pb__OutboundMessage *out = loop_outbound(batch->ctx, first->topic, &first->key,
                                             envelope_bundle_value(batch->ctx, bundle), false);
    out->has_partition = true;
    out->partition = first->partition;
    array_add(batch->ctx, &batch->messages, out);
    *bundle = (struct envelope_bundle){.bytes = 0};
}

static bool go_together(const struct loop_outgoing *a, const struct loop_outgoing *b)
{
    return a->topic == b->topic && a->partition == b->partition;
}

/* The events that go where this one goes, in their order, split where a record would become too large. */
static void bundle_with(struct loop_batch *batch, size_t first)
{
    struct envelope_bundle bundle = {.bytes = 0};
    const struct loop_outgoing *events = batch->events.items;
    for (size_t i = first; i < batch->events.n; i++) {
        if (!go_together(&events[first], &events[i]))
            continue;
        if (!envelope_bundle_has_room(&bundle, events[i].envelope.len))
            send_bundle(batch, &events[first], &bundle);
        envelope_bundle_add(batch->ctx, &bundle, events[i].envelope);
    }
    send_bundle(batch, &events[first], &bundle);
}

static bool is_first_of_its_record(const struct loop_batch *batch, size_t event)
{
    for (size_t i = 0; i < event; i++)
        if (go_together(&batch->events.items[i], &batch->events.items[event]))
            return false;
    return true;
}

static void bundle_events(struct loop_batch *batch)
{
    for (size_t i = 0; i < batch->events.n; i++)
        if (is_first_of_its_record(batch, i))
            bundle_with(batch, i);
}

/* --- the row ------------------------------------------------------------------------------------------------------ */

/* The whole commit is told from one row, at its first partition: PostgreSQL is the limit of a write. */
bool loop_notice_of(struct loop_batch *batch, struct loop_notice *ret_notice)
{
    bundle_events(batch);
    if (batch->messages.n == 0)
        return false;
    Pb__Announcement *a = mem_new(batch->ctx, Pb__Announcement);
    pb__announcement__init(a);
    a->n_messages = batch->messages.n;
    a->messages = batch->messages.items;
    *ret_notice = (struct loop_notice){
        .row = {.topic = batch->positions[0].topic, .partition = batch->positions[0].partition}, .announcement = a};
    return true;
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
