/* What is told later, or was caused by no message: due timers, and announcements of jobs. The rows are read in order,
 * flown together, and dropped when they have landed; then the next ones are read. A crash between leaves the rows: the
 * second sending is dropped by its ids. One owner for the service, that of partition 0 of the loop's first topic: so
 * their order holds, and nothing is locked. */
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/loop/loop_internal.h"
#include "common/service/service.h"
#include <string.h>

#define LATE_EVERY_US (CLOCK_SECOND_US / 2) /* while there is none */
#define SEEN_KEPT_US (45 * CLOCK_DAY_US)
#define FORGET_EVERY_US (10 * CLOCK_MINUTE_US)

/* --- what jobs say ------------------------------------------------------------------------------------------------ */

struct loop_outbox {
    TALLOC_CTX *ctx;
    struct uuid cause;
    int64_t now_us;
    uint64_t n_events;
    struct loop_list tags, messages;
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
    Pb__Envelope envelope = PB__ENVELOPE__INIT;
    envelope.message_id = uuid_to_pb(outbox->ctx, &id);
    envelope.kind = (char *)(uintptr_t)event->descriptor->short_name;
    envelope.schema_version = 1;
    envelope.aggregate_id = uuid_to_pb(outbox->ctx, key);
    envelope.has_causation_id = true;
    envelope.causation_id = uuid_to_pb(outbox->ctx, &outbox->cause);
    envelope.payload = mem_pack(outbox->ctx, event);
    ProtobufCBinaryData value = mem_pack(outbox->ctx, &envelope.base);
    loop_list_add(outbox->ctx, &outbox->messages, loop_outbound(outbox->ctx, topic, key, value, false));
}

void loop_outbox_tag(struct loop_outbox *outbox, enum tag tag, const struct uuid *id)
{
    char text[TAG_TEXT_BYTES];
    tag_format(tag, id, text);
    loop_list_add(outbox->ctx, &outbox->tags, mem_text(outbox->ctx, text));
}

void loop_outbox_queue(struct loop_outbox *outbox, struct pg *pg)
{
    Pb__Announcement a = PB__ANNOUNCEMENT__INIT;
    a.n_tags = outbox->tags.n;
    a.tags = (char **)outbox->tags.items;
    a.n_messages = outbox->messages.n;
    a.messages = (Pb__OutboundMessage **)outbox->messages.items;
    if (a.n_tags + a.n_messages > 0)
        loop_store_queue_loose(pg, outbox->ctx, mem_pack(outbox->ctx, &a.base));
}

/* --- timers ------------------------------------------------------------------------------------------------------- */

static enum topic command_topic(const struct loop_options *options)
{
    for (size_t i = 0; i < options->n_inputs; i++)
        if (options->inputs[i].commands)
            return options->inputs[i].topic;
    return TOPIC_NONE;
}

/* The command that a timer row becomes: its id is the row's key, so that it fires once. */
static Pb__OutboundMessage *timer_command(struct loop *loop, TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    const char *kind = pg_get_text(ctx, rows, row, 0);
    struct uuid aggregate = pg_get_uuid(rows, row, 1);
    int64_t due_us = pg_get_int8(rows, row, 2);
    const void *parts[] = {loop->options->service, kind, aggregate.bytes, &due_us};
    const size_t bytes[] = {strlen(loop->options->service), strlen(kind), sizeof aggregate.bytes, sizeof due_us};
    struct uuid id = uuid_hash(4, parts, bytes);
    Pb__Envelope envelope = PB__ENVELOPE__INIT;
    envelope.message_id = uuid_to_pb(ctx, &id);
    envelope.kind = (char *)(uintptr_t)kind;
    envelope.schema_version = 1;
    envelope.aggregate_id = uuid_to_pb(ctx, &aggregate);
    envelope.has_clock_offset_us = true;
    envelope.clock_offset_us = service_now_us(loop->service) - clock_now_us();
    envelope.payload = pg_get_bytes(ctx, rows, row, 3);
    return loop_outbound(ctx, command_topic(loop->options), &aggregate, mem_pack(ctx, &envelope.base), false);
}

/* --- the late flight ---------------------------------------------------------------------------------------------- */

/* One announcement out of all the rows. */
struct gathered {
    struct loop_list tags, messages, outcomes, replies;
};

static void gather_list(TALLOC_CTX *ctx, struct loop_list *list, void *const items[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        loop_list_add(ctx, list, items[i]);
}

/* False: our own bytes, written by a newer binary. It waits for one, and so does what is behind it. */
static bool gather_loose(TALLOC_CTX *ctx, struct gathered *all, const struct pg_result *rows, size_t row)
{
    ProtobufCBinaryData packed = pg_get_bytes(ctx, rows, row, 1);
    const Pb__Announcement *a = (const Pb__Announcement *)mem_unpack(ctx, &pb__announcement__descriptor, packed.data,
                                                                     packed.len);
    if (!a) {
        log_error("loose_unreadable", "id=%lld", (long long)pg_get_int8(rows, row, 0));
        return false;
    }
    gather_list(ctx, &all->tags, (void *const *)a->tags, a->n_tags);
    gather_list(ctx, &all->messages, (void *const *)a->messages, a->n_messages);
    gather_list(ctx, &all->outcomes, (void *const *)a->outcomes, a->n_outcomes);
    gather_list(ctx, &all->replies, (void *const *)a->reply_to, a->n_reply_to);
    return true;
}

static Pb__Announcement *gather_rows(struct loop *loop, TALLOC_CTX *ctx, struct loop_late_rows *rows)
{
    struct gathered all = {0};
    for (size_t i = 0; i < rows->n_timers; i++)
        loop_list_add(ctx, &all.messages, timer_command(loop, ctx, rows->timers, i));
    for (size_t i = 0; i < rows->n_loose; i++)
        if (!gather_loose(ctx, &all, rows->loose, i))
            rows->n_loose = i;
    Pb__Announcement *a = mem_new(ctx, Pb__Announcement);
    pb__announcement__init(a);
    a->n_tags = all.tags.n;
    a->tags = (char **)all.tags.items;
    a->n_messages = all.messages.n;
    a->messages = (Pb__OutboundMessage **)all.messages.items;
    a->n_outcomes = all.outcomes.n;
    a->outcomes = (Pb__Outcome **)all.outcomes.items;
    a->n_reply_to = all.replies.n;
    a->reply_to = (char **)all.replies.items;
    return a;
}

static void launch(struct loop *loop)
{
    struct loop_late *late = mem_new(loop, struct loop_late);
    enum err err = loop_store_late(loop->pg, late, service_now_us(loop->service), &late->rows);
    if (err)
        log_warn("late_unread", "loop=%s err=%s detail=\"%s\"", loop->options->name, err_word(err),
                 pg_message(loop->pg));
    TALLOC_CTX *ctx = mem_context(NULL, "late");
    struct loop_notice part = {.announcement = err ? NULL : gather_rows(loop, ctx, &late->rows)};
    if (late->rows.n_timers + late->rows.n_loose == 0) {
        loop->next_late_us = clock_monotonic_us() + LATE_EVERY_US;
        mem_free(ctx);
        mem_free(late);
        return;
    }
    struct loop_flight *flight = loop_flight_new(ctx, &part, 1);
    flight->late = true;
    loop->late = late;
    loop_announce(loop, flight);
}

static void drop_landed(struct loop *loop)
{
    TALLOC_CTX *ctx = mem_context(NULL, "landed");
    FAILPOINT("loop.late.landed");
    enum err err = loop_store_drop_late(loop->pg, ctx, &loop->late->rows);
    if (!err) {
        mem_free(loop->late);
        loop->late = NULL;
    } else {
        log_warn("late_kept", "loop=%s err=%s detail=\"%s\"", loop->options->name, err_word(err), pg_message(loop->pg));
        loop->next_late_us = clock_monotonic_us() + LATE_EVERY_US;
    }
    mem_free(ctx);
}

static bool launches(struct loop *loop)
{
    return loop->options->fires_timers && !atomic_load(&loop->stopping) &&
           loop_find_partition(loop, loop->topics[0], 0);
}

void loop_later_turn(struct loop *loop)
{
    if (clock_monotonic_us() < loop->next_late_us)
        return;
    if (loop->late && loop->late->landed)
        drop_landed(loop);
    if (!loop->late && !loop->full && launches(loop))
        launch(loop); /* while there are more, at once: by their due time, with a look at the queue between */
}

enum err loop_later_forget(struct loop *loop)
{
    bool more = false;
    if (clock_monotonic_us() < loop->next_forget_us)
        return ERR_OK;
    TALLOC_CTX *ctx = mem_context(NULL, "forget");
    enum err err = loop_store_forget(loop->pg, ctx, clock_now_us() - SEEN_KEPT_US, &more);
    loop->next_forget_us = clock_monotonic_us() + (more ? 0 : FORGET_EVERY_US);
    mem_free(ctx);
    return err;
}
