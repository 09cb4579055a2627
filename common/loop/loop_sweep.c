#include "common/loop/loop_sweep.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/loop/loop_store.h"
#include <string.h>

#define COMMANDS_KEPT_US (45 * CLOCK_DAY_US)
#define EVENTS_KEPT_US (100 * CLOCK_DAY_US)

/* The first id of that time. */
static struct uuid first_at(int64_t at_us)
{
    return uuid_at((struct uuid){{0}}, at_us);
}

/* The part of the table that the walk is in, and where it goes on when that is done. */
static struct loop_stretch stretch_of(const struct loop_sweep *sweep, int64_t now_us, struct uuid *ret_next)
{
    const struct uuid young = first_at(now_us - COMMANDS_KEPT_US), untimed = first_at(now_us);
    struct loop_stretch stretch = {.after = sweep->after,
                                   .commands_before_us = now_us - COMMANDS_KEPT_US,
                                   .events_before_us = now_us - EVENTS_KEPT_US};
    bool is_old = uuid_compare(&sweep->after, &young) < 0;
    if (is_old) {
        stretch.before = young;
        *ret_next = untimed;
        return stretch;
    }
    if (uuid_compare(&sweep->after, &untimed) < 0)
        stretch.after = untimed;
    memset(stretch.before.bytes, 0xff, sizeof stretch.before.bytes);
    *ret_next = (struct uuid){{0}};
    return stretch;
}

enum err loop_sweep_turn(struct loop_sweep *sweep, struct pg *pg, int64_t now_us, bool *ret_more)
{
    TALLOC_CTX *ctx = mem_context(NULL, "sweep");
    struct uuid next;
    struct loop_stretch stretch = stretch_of(sweep, now_us, &next);
    struct loop_swept swept;
    enum err err = loop_store_sweep(pg, ctx, &stretch, &swept);
    if (!err) {
        sweep->after = swept.rows == LOOP_SWEEP_ROWS ? swept.last : next;
        *ret_more = swept.gone > LOOP_SWEEP_ROWS / 2;
    }
    mem_free(ctx);
    return err;
}
