#include "common/loop/loop_notice.h"

#include "common/base/mem.h"

static bool has_tags(const struct loop_batch *batch)
{
    for (size_t tag = 0; tag < TAG_COUNT; tag++)
        if (batch->tags[tag])
            return true;
    return false;
}

static Pb__Announcement *announcement_of(struct loop_batch *batch)
{
    Pb__Announcement *a = mem_new(batch->ctx, Pb__Announcement);
    pb__announcement__init(a);
    a->tags = loop_batch_tags(batch, &a->n_tags);
    a->n_messages = batch->messages.n;
    a->messages = batch->messages.items;
    a->n_outcomes = batch->outcomes.n;
    a->outcomes = batch->outcomes.items;
    a->n_reply_to = batch->replies.n;
    a->reply_to = batch->replies.items;
    return a;
}

/* NULL: none of this partition. */
static Pb__Announcement *records_of(struct loop_batch *batch, size_t position)
{
    ARRAY(Pb__OutboundMessage *) records = {0};
    for (size_t i = 0; i < batch->n_slots; i++)
        for (size_t j = 0; batch->slots[i].position == position && j < batch->slots[i].records.n; j++)
            array_add(batch->ctx, &records, batch->slots[i].records.items[j]);
    if (records.n == 0)
        return NULL;
    Pb__Announcement *a = mem_new(batch->ctx, Pb__Announcement);
    pb__announcement__init(a);
    a->n_messages = records.n;
    a->messages = records.items;
    return a;
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
    if (has_tags(batch) || batch->messages.n + batch->outcomes.n > 0)
        add_notice(batch, notices, &n, 0, announcement_of(batch));
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
