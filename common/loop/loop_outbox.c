/* What jobs have to say (loop.h, "outside a batch"): gathered, then queued as one loose row of the outbox. */
#include "common/base/array.h"
#include "common/kafka/envelope.h"
#include "common/loop/loop.h"
#include "common/loop/loop_notice.h"
#include "common/loop/loop_store.h"

struct loop_outbox {
    TALLOC_CTX *ctx;
    struct uuid cause;
    int64_t now_us;
    uint64_t n_events;
    ARRAY(char *) tags;
    ARRAY(Pb__OutboundMessage *) messages;
    const struct pg_result *commit; /* the number of its transaction, once that was flushed */
};

struct loop_outbox *loop_outbox_new(TALLOC_CTX *ctx, const struct uuid *cause, int64_t now_us)
{
    struct loop_outbox *outbox = mem_new(ctx, struct loop_outbox);
    outbox->ctx = outbox;
    outbox->cause = *cause;
    outbox->now_us = now_us;
    return outbox;
}

void loop_outbox_event(struct loop_outbox *outbox, enum topic topic, const struct uuid *key,
                       const ProtobufCMessage *event)
{
    struct uuid id = uuid_derive(&outbox->cause, "event", outbox->n_events++);
    Pb__Envelope envelope;
    envelope_begin(outbox->ctx, &envelope, &id, key, event->descriptor->short_name, mem_pack(outbox->ctx, event));
    envelope.has_causation_id = true;
    envelope.causation_id = uuid_to_pb(outbox->ctx, &outbox->cause);
    ProtobufCBinaryData value = mem_pack(outbox->ctx, &envelope.base);
    array_add(outbox->ctx, &outbox->messages, loop_outbound(outbox->ctx, topic, key, value, false));
}

void loop_outbox_tag(struct loop_outbox *outbox, enum tag tag, const struct uuid *id)
{
    char text[TAG_TEXT_BYTES];
    tag_format(tag, id, text);
    array_add(outbox->ctx, &outbox->tags, mem_text(outbox->ctx, text));
}

void loop_outbox_queue(struct loop_outbox *outbox, struct pg *pg)
{
    Pb__Announcement a = PB__ANNOUNCEMENT__INIT;
    a.n_tags = outbox->tags.n;
    a.tags = outbox->tags.items;
    a.n_messages = outbox->messages.n;
    a.messages = outbox->messages.items;
    outbox->commit = a.n_tags + a.n_messages > 0
                         ? loop_store_queue_loose(pg, outbox->ctx, mem_pack(outbox->ctx, &a.base))
                         : loop_store_queue_commit(pg, outbox->ctx);
}

int64_t loop_outbox_commit(const struct loop_outbox *outbox)
{
    return pg_get_int8(outbox->commit, 0, 0);
}
