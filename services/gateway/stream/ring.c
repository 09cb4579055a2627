#include "services/gateway/stream/ring.h"

#include "common/base/mem.h"

enum { LOOK_BACK = 64 };

struct ring *ring_new(void)
{
    return mem_new(NULL, struct ring);
}

void ring_free(struct ring *ring)
{
    for (size_t i = 0; i < RING_KEPT; i++)
        mem_free(ring->kept[i].reach);
    mem_free(ring);
}

struct ring_entry *ring_at(struct ring *ring, uint64_t number)
{
    return &ring->kept[number % RING_KEPT];
}

static void drop_reach(struct ring *ring, struct ring_entry *entry)
{
    if (!entry->reach)
        return;
    ring->bytes -= reached_bytes(entry->reach);
    mem_free(entry->reach);
    entry->reach = NULL;
}

static void settle(struct ring *ring)
{
    while (ring->settled < ring->heard && ring_at(ring, ring->settled + 1)->state == RING_DONE)
        ring->settled++;
}

static bool is_full(const struct ring *ring)
{
    return ring->heard + 1 - ring->settled > RING_KEPT;
}

static void append(struct ring *ring, const struct ring_entry *next)
{
    struct ring_entry *entry = ring_at(ring, ++ring->heard);
    drop_reach(ring, entry);
    *entry = *next;
}

/* The gap takes a number of its own, so that who is told of it has seen the floor. */
void ring_gap(struct ring *ring)
{
    ring->floor = ring->heard + 1;
    if (is_full(ring))
        return;
    append(ring, &(struct ring_entry){.state = RING_DONE});
    settle(ring);
}

static bool waits(struct ring *ring, const struct event_cause *cause)
{
    for (uint64_t number = ring->heard; number > ring->settled && ring->heard - number < LOOK_BACK; number--) {
        const struct ring_entry *entry = ring_at(ring, number);
        if (entry->state == RING_WAITING && entry->cause.type == cause->type &&
            uuid_equal(&entry->cause.id, &cause->id))
            return true;
    }
    return false;
}

bool ring_add(struct ring *ring, const struct event_cause *cause)
{
    if (waits(ring, cause))
        return true;
    if (is_full(ring)) {
        ring_gap(ring);
        return false;
    }
    append(ring, &(struct ring_entry){.cause = *cause, .state = RING_WAITING});
    return true;
}

size_t ring_take(struct ring *ring, enum event_type type, int64_t now_us, uint64_t numbers[], size_t most)
{
    size_t n = 0;
    for (uint64_t number = ring->settled + 1; number <= ring->heard && n < most; number++) {
        struct ring_entry *entry = ring_at(ring, number);
        if (entry->state != RING_WAITING || entry->cause.type != type || entry->due_us > now_us)
            continue;
        entry->state = RING_ASKED;
        entry->tries++;
        numbers[n++] = number;
    }
    return n;
}

/* The oldest go first: what is below the floor is told to nobody. */
static void keep_within(struct ring *ring)
{
    uint64_t first = ring->heard < RING_KEPT ? 1 : ring->heard - RING_KEPT + 1;
    for (uint64_t number = first; number <= ring->settled && ring->bytes > RING_BYTES; number++) {
        drop_reach(ring, ring_at(ring, number));
        if (ring->floor < number)
            ring->floor = number;
    }
}

void ring_done(struct ring *ring, uint64_t number, struct reached *reach)
{
    struct ring_entry *entry = ring_at(ring, number);
    entry->state = RING_DONE;
    entry->reach = reach;
    ring->bytes += reach ? reached_bytes(reach) : 0;
    settle(ring);
    keep_within(ring);
}

void ring_again(struct ring *ring, uint64_t number, int64_t due_us)
{
    struct ring_entry *entry = ring_at(ring, number);
    entry->state = RING_WAITING;
    entry->due_us = due_us;
}

bool ring_reaches_back(const struct ring *ring, uint64_t number)
{
    return number >= ring->floor && number <= ring->heard && ring->heard - number <= RING_KEPT;
}
