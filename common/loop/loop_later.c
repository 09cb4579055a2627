#include "common/loop/loop_later.h"

#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/kafka/envelope.h"
#include "common/loop/loop_notice.h"
#include "common/loop/loop_store_keys.h"
#include <string.h>

#define DUE_EVERY_US (CLOCK_SECOND_US / 2) /* while there is nothing */
#define FORGET_EVERY_US CLOCK_MINUTE_US

static int64_t now_us(const struct loop_schedule *schedule)
{
    return schedule->environment->now_us(schedule->environment->arg);
}

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

static ProtobufCBinaryData announcement_of(struct loop_schedule *schedule, TALLOC_CTX *ctx,
                                           const struct pg_result *timers)
{
    Pb__Announcement announcement = PB__ANNOUNCEMENT__INIT;
    announcement.messages = mem_array(ctx, Pb__OutboundMessage *, pg_rows(timers));
    for (size_t i = 0; i < pg_rows(timers); i++)
        announcement.messages[announcement.n_messages++] = timer_command(schedule, ctx, timers, i);
    return mem_pack(ctx, &announcement.base);
}

/* *n grows by the rows that were moved. */
static enum err fire_timers(struct loop_schedule *schedule, TALLOC_CTX *ctx, const struct loop_position *own,
                            const struct pg_result *timers, size_t *n)
{
    struct pg_result *fired = NULL;
    enum err err = loop_store_move_timers(schedule->pg, ctx, schedule->positions->cluster, own, timers,
                                          announcement_of(schedule, ctx, timers), &fired);
    FAILPOINT("loop.late.moved");
    *n += err ? 0 : pg_rows(fired);
    return err ? err : loop_announce_rows(schedule->announcer, fired);
}

/* The announcement owns the memory of what was moved. */
static enum err tell_keys(struct loop_schedule *schedule, size_t *n)
{
    struct loop_moved moved;
    TALLOC_CTX *own = mem_context(NULL, "keys");
    enum err err = loop_keys_move(schedule->keys, own, 0, &moved);
    *n += moved.n;
    if (moved.n > 0)
        loop_announce(schedule->announcer, loop_commit_new(own, moved.notices, moved.n));
    else
        mem_free(own);
    return err;
}

/* *ret_n: so many rows were moved. */
static enum err tell_due(struct loop_schedule *schedule, TALLOC_CTX *ctx, const struct loop_position *own,
                         size_t *ret_n)
{
    struct pg_result *loose = loop_store_queue_move_loose(schedule->pg, ctx, schedule->positions->cluster, own);
    const struct pg_result *timers = loop_store_queue_due_timers(schedule->pg, ctx, now_us(schedule));
    const struct pg_result *keys = schedule->options->n_compacted > 0 ? loop_store_queue_has_keys(schedule->pg, ctx)
                                                                      : NULL;
    enum err err = pg_flush(schedule->pg);
    *ret_n = err ? 0 : pg_rows(loose);
    if (!err)
        err = loop_announce_rows(schedule->announcer, loose);
    if (!err && pg_rows(timers) > 0)
        err = fire_timers(schedule, ctx, own, timers, ret_n);
    if (!err && keys && pg_get_bool(keys, 0, 0))
        err = tell_keys(schedule, ret_n);
    return err;
}

/* PostgreSQL refused: nothing was moved, and no command needs it. */
static bool can_wait(const struct loop_schedule *schedule, enum err err, size_t n_moved)
{
    if (n_moved > 0 || !pg_is_connected(schedule->pg))
        return false;
    log_warn("due_not_moved", "loop=%s err=%s detail=\"%s\"", schedule->options->name, err_word(err),
             pg_message(schedule->pg));
    return true;
}

static const struct loop_partition *own_partition(const struct loop_schedule *schedule)
{
    return loop_first_partition(schedule->options, schedule->positions);
}

enum err loop_later_turn(struct loop_schedule *schedule)
{
    const struct loop_partition *own = own_partition(schedule);
    size_t n_moved = 0;
    bool is_due = atomic_load(&schedule->hurried) || clock_monotonic_us() >= schedule->next_due_us;
    if (!own || !is_due || schedule->announcer->n_commits >= LOOP_UNANNOUNCED_LIMIT)
        return ERR_OK;
    TALLOC_CTX *ctx = mem_context(NULL, "due");
    enum err err = tell_due(schedule, ctx, &own->position, &n_moved);
    if (err && can_wait(schedule, err, n_moved))
        err = ERR_OK;
    if (n_moved == 0) /* else there may be more: at once, with a look at the queue between */
        schedule->next_due_us = clock_monotonic_us() + DUE_EVERY_US;
    mem_free(ctx);
    return err;
}

enum err loop_later_forget(struct loop_schedule *schedule)
{
    bool more = false;
    if (!own_partition(schedule) || clock_monotonic_us() < schedule->next_forget_us)
        return ERR_OK;
    enum err err = loop_sweep_turn(&schedule->sweep, schedule->pg, clock_now_us(), &more);
    schedule->next_forget_us = clock_monotonic_us() + (more ? 0 : FORGET_EVERY_US);
    return err;
}
