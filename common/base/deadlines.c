#include "common/base/deadlines.h"
#include "common/base/mem.h"
#include <assert.h>

struct deadlines {
    int64_t tick_us;
    int64_t tick; /* nothing waits in the slots of earlier ticks but what is a turn or more away */
    int64_t n_slots;
    struct deadline *slots; /* heads of rings */
};

struct deadlines *deadlines_new(TALLOC_CTX *ctx, int64_t tick_us, int64_t horizon_us, int64_t now_us)
{
    assert(tick_us > 0 && horizon_us >= 0);
    struct deadlines *deadlines = mem_new(ctx, struct deadlines);
    deadlines->tick_us = tick_us;
    deadlines->tick = now_us / tick_us;
    deadlines->n_slots = horizon_us / tick_us + 2; /* the tick of now, and the one in which the horizon lies */
    deadlines->slots = mem_array(deadlines, struct deadline, (size_t)deadlines->n_slots);
    for (int64_t i = 0; i < deadlines->n_slots; i++)
        deadlines->slots[i].prev = deadlines->slots[i].next = &deadlines->slots[i];
    return deadlines;
}

/* What is due already joins the slot that the next call looks into first. */
void deadlines_add(struct deadlines *deadlines, struct deadline *deadline, int64_t due_us, void *owner)
{
    assert(!deadline_waits(deadline));
    int64_t due_tick = due_us / deadlines->tick_us;
    int64_t tick = due_tick > deadlines->tick ? due_tick : deadlines->tick;
    struct deadline *head = &deadlines->slots[tick % deadlines->n_slots];
    *deadline = (struct deadline){.prev = head->prev, .next = head, .due_us = due_us, .owner = owner};
    head->prev->next = deadline;
    head->prev = deadline;
}

void deadlines_remove(struct deadline *deadline)
{
    if (!deadline_waits(deadline))
        return;
    deadline->prev->next = deadline->next;
    deadline->next->prev = deadline->prev;
    deadline->prev = deadline->next = NULL;
}

bool deadline_waits(const struct deadline *deadline)
{
    return deadline->next != NULL;
}

static struct deadline *find_due(struct deadline *head, int64_t now_us)
{
    for (struct deadline *deadline = head->next; deadline != head; deadline = deadline->next)
        if (deadline->due_us <= now_us)
            return deadline;
    return NULL;
}

void *deadlines_take(struct deadlines *deadlines, int64_t now_us)
{
    int64_t now_tick = now_us / deadlines->tick_us;
    if (now_tick - deadlines->tick > deadlines->n_slots)
        deadlines->tick = now_tick - deadlines->n_slots; /* one turn visits every slot */
    for (;;) {
        struct deadline *due = find_due(&deadlines->slots[deadlines->tick % deadlines->n_slots], now_us);
        if (due) {
            deadlines_remove(due);
            return due->owner;
        }
        if (deadlines->tick >= now_tick)
            return NULL;
        deadlines->tick++;
    }
}
