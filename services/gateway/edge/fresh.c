#include "services/gateway/edge/fresh.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include <stdatomic.h>
#include <string.h>

enum { PLACES = 16384 };
#define FRESH_US (2 * CLOCK_SECOND_US)

/* A session's place follows from its id. Two that share one make each other's reads slower, never wrong. */
struct fresh {
    _Atomic int64_t until_us[PLACES];
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

void fresh_wrote(struct fresh *fresh, const struct uuid *session)
{
    atomic_store(&fresh->until_us[place_of(session)], clock_monotonic_us() + FRESH_US);
}

bool fresh_has(const struct fresh *fresh, const struct uuid *session, const char *cookie)
{
    return atomic_load(&fresh->until_us[place_of(session)]) > clock_monotonic_us() ||
           (cookie && strstr(cookie, "sotay-fresh="));
}
