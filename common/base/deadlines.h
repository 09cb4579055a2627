/* Deadlines: entries that are taken when their time has come, unless they are removed before. A wheel of `tick_us`
 * slots that one turn of `horizon_us` visits: adding and removing cost the same however many wait, and taking visits
 * the slots whose time has passed since the last call.
 *
 *     slots   │ due, due │        │ later │ later │ ...
 *             ▲ the slot of the last call's time
 *
 * - An entry is taken when `due_us` is reached, never before; the tick decides what looking costs, not when.
 * - An entry due beyond the horizon is right too: each turn passes over it once.
 * - Entries of one slot are taken in the order in which they were added.
 *
 * Entries lie in what waits: nothing is allocated, and their owner keeps them where they are while they wait. Nothing
 * here locks: the caller holds one lock of his own around every call. */
#ifndef SOTAY_COMMON_DEADLINES_H
#define SOTAY_COMMON_DEADLINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

struct deadlines;

/* Zeroed: it does not wait. Only deadlines.c touches the members. */
struct deadline {
    struct deadline *prev, *next; /* of its slot, a ring; NULL: it does not wait */
    int64_t due_us;
    void *owner;
};

/* Times are of one clock, usually clock_monotonic_us. Owned by `ctx`; what waits when it is freed is forgotten. */
struct deadlines *deadlines_new(TALLOC_CTX *ctx, int64_t tick_us, int64_t horizon_us, int64_t now_us);

/* `deadline` does not wait yet. `owner` is what deadlines_take returns for it. */
void deadlines_add(struct deadlines *deadlines, struct deadline *deadline, int64_t due_us, void *owner);

/* Does nothing with one that does not wait. */
void deadlines_remove(struct deadline *deadline);

bool deadline_waits(const struct deadline *deadline);

/* Removes one whose time has come and returns its owner; NULL: there is none. INT64_MAX takes all that wait. */
void *deadlines_take(struct deadlines *deadlines, int64_t now_us);

#endif
