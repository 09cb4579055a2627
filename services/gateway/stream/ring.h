/* What changed, in numbers: what a stream that comes again by Last-Event-ID can still be told. Pure; one thread.
 *
 *     floor ─── settled ───────────── heard          of the last RING_KEPT numbers each is
 *       │         all before are DONE                WAITING to be asked about, ASKED, or DONE: told to who listens
 *       └ below it something was missed: whoever saw less than it begins anew
 *
 * A thing that waits already takes no second number. */
#ifndef SOTAY_GATEWAY_RING_H
#define SOTAY_GATEWAY_RING_H

#include "services/gateway/stream/event.h"
#include "services/gateway/stream/reached.h"

enum { RING_KEPT = 4096, RING_BYTES = 32 << 20 /* by the reaches that are kept */ };
enum ring_state { RING_WAITING, RING_ASKED, RING_DONE };

struct ring_entry {
    struct event_cause cause;
    enum ring_state state;
    unsigned tries;        /* how often it was asked about */
    int64_t due_us;        /* not to be asked about before */
    struct reached *reach; /* once it is DONE, of the ring; NULL: nobody sees it */
};

struct ring {
    struct ring_entry kept[RING_KEPT]; /* of number i at i % RING_KEPT */
    uint64_t heard, settled, floor;
    size_t bytes;
};
struct ring *ring_new(void);
void ring_free(struct ring *ring);

/* False: it has no room, which is a gap. */
bool ring_add(struct ring *ring, const struct event_cause *cause);
/* Something was missed that nobody can name. */
void ring_gap(struct ring *ring);

/* The entry of a number from ring_first on, up to `heard`. */
struct ring_entry *ring_at(struct ring *ring, uint64_t number);
/* The numbers of those of this type that wait and are due, at most so many: they are ASKED from now on. */
size_t ring_take(struct ring *ring, enum event_type type, int64_t now_us, uint64_t numbers[], size_t most);
/* Was ASKED. The ring owns the reach, which has no other context, from now on. */
void ring_done(struct ring *ring, uint64_t number, struct reached *reach);
void ring_again(struct ring *ring, uint64_t number, int64_t due_us);

/* All that came behind the number can still be told. */
bool ring_reaches_back(const struct ring *ring, uint64_t number);

#endif
