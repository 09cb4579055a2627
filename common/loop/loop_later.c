#include "common/loop/loop_later.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/kafka/envelope.h"
#include "common/loop/loop_notice.h"
#include <string.h>

#define LATE_EVERY_US (CLOCK_SECOND_US / 2) /* while there is none */
#define FORGET_EVERY_US CLOCK_MINUTE_US

struct loop_late {
    struct loop_late_rows rows;
    bool announced;
};

static int64_t now_us(const struct loop_schedule *schedule)
{
    return schedule->environment->now_us(schedule->environment->arg);
}

/* --- timers ------------------------------------------------------------------------------------------------------- */

/* The command that a timer row becomes: its id is the row's key, so that it fires once. */
static Pb__OutboundMessage *timer_command(struct loop_schedule *schedule, TALLOC_CTX *ctx, const struct pg_result *rows,
                                          size_t row)
{
    const char *kind = pg_get_text(ctx, rows, row, 0);
    struct uuid aggregate = pg_get_uuid(rows, row, 1);
    int64_t due_us = pg_get_int8(rows, row, 2);
    const void *parts[] = {schedule->options->service, kind, aggregate.bytes, &due_us};
    const size_t bytes[] = {strlen(schedule->options->service), strlen(kind), sizeof aggregate.bytes, sizeof due_us};
    struct uuid id = uuid_at(uuid_hash(4, parts, bytes), due_us);
    Pb__Envelope envelope;
    envelope_begin(ctx, &envelope, &id, &aggregate, kind, pg_get_bytes(ctx, rows, row, 3));
    envelope.has_clock_offset_us = true;
    envelope.clock_offset_us = now_us(schedule) - clock_now_us();
    return loop_outbound(ctx, schedule->positions->commands, &aggregate, mem_pack(ctx, &envelope.base), false);
}

/* --- the late commit ---------------------------------------------------------------------------------------------- */

/* One announcement out of all the rows. */
struct gathered {
    ARRAY(char *) tags;
    ARRAY(Pb__OutboundMessage *) messages;
};

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
    array_add_many(ctx, &all->tags, a->tags, a->n_tags);
    array_add_many(ctx, &all->messages, a->messages, a->n_messages);
    return true;
}

static Pb__Announcement *gather_rows(struct loop_schedule *schedule, TALLOC_CTX *ctx, struct loop_late_rows *rows)
{
    struct gathered all = {0};
    for (size_t i = 0; i < rows->n_timers; i++)
        array_add(ctx, &all.messages, timer_command(schedule, ctx, rows->timers, i));
    for (size_t i = 0; i < rows->n_loose; i++)
        if (!gather_loose(ctx, &all, rows->loose, i))
            rows->n_loose = i;
    Pb__Announcement *a = mem_new(ctx, Pb__Announcement);
    pb__announcement__init(a);
    a->n_tags = all.tags.n;
    a->tags = all.tags.items;
    a->n_messages = all.messages.n;
    a->messages = all.messages.items;
    return a;
}

static void launch(struct loop_schedule *schedule)
{
    struct loop_late *late = mem_new(schedule->ctx, struct loop_late);
    enum err err = loop_store_late(schedule->pg, late, now_us(schedule), &late->rows);
    if (err)
        log_warn("late_unread", "loop=%s err=%s detail=\"%s\"", schedule->options->name, err_word(err),
                 pg_message(schedule->pg));
    TALLOC_CTX *ctx = mem_context(NULL, "late");
    struct loop_notice notice = {.announcement = err ? NULL : gather_rows(schedule, ctx, &late->rows)};
    if (late->rows.n_timers + late->rows.n_loose == 0) {
        schedule->next_late_us = clock_monotonic_us() + LATE_EVERY_US;
        mem_free(ctx);
        mem_free(late);
        return;
    }
    struct loop_commit *commit = loop_commit_new(ctx, &notice, 1);
    commit->told = (struct loop_told){.tags = notice.announcement->tags, .n_tags = notice.announcement->n_tags};
    commit->announced = &late->announced;
    schedule->late = late;
    loop_announce(schedule->announcer, commit);
}

static void drop_announced(struct loop_schedule *schedule)
{
    TALLOC_CTX *ctx = mem_context(NULL, "announced");
    FAILPOINT("loop.late.landed");
    enum err err = loop_store_drop_late(schedule->pg, ctx, &schedule->late->rows);
    if (!err) {
        mem_free(schedule->late);
        schedule->late = NULL;
    } else {
        log_warn("late_kept", "loop=%s err=%s detail=\"%s\"", schedule->options->name, err_word(err),
                 pg_message(schedule->pg));
        schedule->next_late_us = clock_monotonic_us() + LATE_EVERY_US;
    }
    mem_free(ctx);
}

static bool is_owner(const struct loop_schedule *schedule)
{
    return schedule->options->fires_timers &&
           loop_positions_find(schedule->positions, schedule->options->inputs[0].topic, kafka_first_partition());
}

void loop_later_turn(struct loop_schedule *schedule, bool may_launch)
{
    if (clock_monotonic_us() < schedule->next_late_us)
        return;
    if (schedule->late && schedule->late->announced)
        drop_announced(schedule);
    if (!schedule->late && may_launch && is_owner(schedule))
        launch(schedule); /* while there are more, at once: by their due time, with a look at the queue between */
}

void loop_later_abandon(struct loop_schedule *schedule)
{
    if (!schedule->late || schedule->late->announced)
        return;
    mem_free(schedule->late);
    schedule->late = NULL;
}

enum err loop_later_forget(struct loop_schedule *schedule)
{
    bool more = false;
    if (!is_owner(schedule) || clock_monotonic_us() < schedule->next_forget_us)
        return ERR_OK;
    enum err err = loop_sweep_turn(&schedule->sweep, schedule->pg, clock_now_us(), &more);
    schedule->next_forget_us = clock_monotonic_us() + (more ? 0 : FORGET_EVERY_US);
    return err;
}
