#include "services/gateway/edge/fresh.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include <stdatomic.h>
#include <string.h>

enum { PLACES = 16384 };
#define FRESH_US (2 * CLOCK_SECOND_US)

/* A session's place follows from its id. Two that share one make each other's reads slower, never wrong; a 404 of one
 * may then not wait for news of the other's write. */
struct place {
    _Atomic int64_t wrote_us, waited_us; /* monotonic; 0: never */
};

struct fresh {
    struct place places[PLACES];
};

struct fresh *fresh_new(TALLOC_CTX *ctx)
{
    return mem_new(ctx, struct fresh);
}

static size_t place_of(const struct uuid *session)
{
    uint32_t number; /* the last bytes of a version 7 or 8 are random */
    memcpy(&number, session->bytes + sizeof session->bytes - sizeof number, sizeof number);
    return number % PLACES;
}

/* Whether it lies in the last 2 s. */
static bool is_recent(int64_t at_us)
{
    return at_us > 0 && at_us > clock_monotonic_us() - FRESH_US;
}

void fresh_wrote(struct fresh *fresh, const struct uuid *session)
{
    atomic_store(&fresh->places[place_of(session)].wrote_us, clock_monotonic_us());
}

bool fresh_has(const struct fresh *fresh, const struct uuid *session, const char *cookie)
{
    return is_recent(atomic_load(&fresh->places[place_of(session)].wrote_us)) ||
           (cookie && strstr(cookie, "sotay-fresh="));
}

void fresh_waited(struct fresh *fresh, const struct uuid *session, int64_t since_us)
{
    atomic_store(&fresh->places[place_of(session)].waited_us, since_us);
}

bool fresh_may_wait(const struct fresh *fresh, const struct uuid *session)
{
    const struct place *place = &fresh->places[place_of(session)];
    int64_t waited_us = atomic_load(&place->waited_us), wrote_us = atomic_load(&place->wrote_us);
    return !is_recent(waited_us) || !is_recent(wrote_us) || wrote_us > waited_us;
}
