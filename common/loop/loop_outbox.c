/* What jobs have to say (loop.h, "outside a batch"): gathered, then queued as one loose row of the outbox. */
#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/kafka/envelope.h"
#include "common/loop/loop.h"
#include "common/loop/loop_notice.h"
#include "common/loop/loop_store_keys.h"

enum { LOOK_EVERY_MS = 20 };
#define PATIENCE_US (10 * CLOCK_SECOND_US)

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

/* --- records, and waiting ----------------------------------------------------------------------------------------- */

void loop_mark(struct pg *pg, TALLOC_CTX *ctx, enum topic topic, const struct uuid keys[], size_t n)
{
    loop_store_queue_marks(pg, ctx, (int32_t)topic, keys, n);
}

static enum err count_untold(struct pg *pg, int64_t before, int64_t *ret_n)
{
    TALLOC_CTX *ctx = mem_context(NULL, "untold");
    enum err err = loop_store_count_untold(pg, ctx, before, ret_n);
    mem_free(ctx);
    return err;
}

static enum err await(struct pg *pg, int64_t before, int64_t most, bool *ret_told)
{
    int64_t n = 0, least = INT64_MAX, since_us = clock_monotonic_us();
    enum err err = count_untold(pg, before, &n);
    while (!err && n > most && clock_monotonic_us() - since_us < PATIENCE_US) {
        if (n < least)
            since_us = clock_monotonic_us();
        least = n < least ? n : least;
        pause_ms(LOOK_EVERY_MS); /* the loop is another process's: a poll with a deadline */
        err = count_untold(pg, before, &n);
    }
    if (!err)
        *ret_told = n <= most;
    return err;
}

enum err loop_count_untold(struct pg *pg, int64_t *ret_n)
{
    return count_untold(pg, INT64_MAX, ret_n);
}

enum err loop_await_told(struct pg *pg, int64_t most, bool *ret_told)
{
    TALLOC_CTX *ctx = mem_context(NULL, "await");
    const struct pg_result *now = loop_store_queue_commit(pg, ctx);
    enum err err = pg_flush(pg);
    int64_t before = err ? 0 : pg_get_int8(now, 0, 0);
    mem_free(ctx);
    return err ? err : await(pg, before, most, ret_told);
}
