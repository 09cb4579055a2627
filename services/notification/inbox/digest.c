#include "services/notification/inbox/digest.h"

#define DIGEST_QUIET_US (30 * CLOCK_MINUTE_US)

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static struct digest digest_open(const struct digest *last, const struct notification *fact)
{
    return (struct digest){.key = fact->gathering,
                           .item = fact->id,
                           .opened_at_us = fact->created_at_us,
                           .rings_at_us = last ? last->rings_at_us : 0};
}

struct digest digest_next(const struct digest *last, const struct notification *fact, bool rings)
{
    bool joins = last && !last->is_read && fact->created_at_us < last->opened_at_us + NOTIFICATION_LIFETIME_US;
    struct digest next = joins ? *last : digest_open(last, fact);
    next.facts++;
    if (rings && !next.rings) {
        next.rings = true;
        bool is_planned = next.rings_at_us >
                          fact->created_at_us; /* by an item that was read before its time: it did not ring */
        next.rings_at_us = is_planned ? next.rings_at_us
                                      : later(fact->created_at_us, next.rings_at_us + DIGEST_QUIET_US);
    }
    return next;
}

const char *digest_title(TALLOC_CTX *ctx, const struct notification *fact, int32_t facts)
{
    return facts == 1 ? fact->title : fact->title_of_many(ctx, facts);
}
