#include "common/loop/loop_notice.h"

#include "common/base/mem.h"

static Pb__Announcement *announcement_of(TALLOC_CTX *ctx, Pb__OutboundMessage **messages, size_t n)
{
    Pb__Announcement *a = mem_new(ctx, Pb__Announcement);
    pb__announcement__init(a);
    a->n_messages = n;
    a->messages = messages;
    return a;
}

/* NULL: none of this partition. */
static Pb__Announcement *records_of(struct loop_batch *batch, size_t position)
{
    ARRAY(Pb__OutboundMessage *) records = {0};
    for (size_t i = 0; i < batch->n_slots; i++)
        for (size_t j = 0; batch->slots[i].position == position && j < batch->slots[i].records.n; j++)
            array_add(batch->ctx, &records, batch->slots[i].records.items[j]);
    return records.n > 0 ? announcement_of(batch->ctx, records.items, records.n) : NULL;
}

static void add_notice(struct loop_batch *batch, struct loop_notice notices[], size_t *n, size_t position,
                       Pb__Announcement *announcement)
{
    const struct loop_position *p = &batch->positions[position];
    if (announcement)
        notices[(*n)++] = (struct loop_notice){.row = {.topic = p->topic, .partition = p->partition},
                                               .announcement = announcement};
}

/* The whole commit is told from one row, at its first partition: PostgreSQL is the limit of a write. But for the
 * records of compacted topics: if they stood elsewhere than with their key's partition, a new owner of the one could
 * send them after a new owner of the other had sent newer ones. */
size_t loop_notices(struct loop_batch *batch, struct loop_notice notices[])
{
    size_t n = 0;
    if (batch->messages.n > 0)
        add_notice(batch, notices, &n, 0, announcement_of(batch->ctx, batch->messages.items, batch->messages.n));
    for (size_t i = 0; batch->has_records && i < batch->n_positions; i++)
        add_notice(batch, notices, &n, i, records_of(batch, i));
    return n;
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
