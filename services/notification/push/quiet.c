#include "services/notification/push/quiet.h"

#include "common/base/clock.h"
#include "services/notification/preference/preference.h"

enum { MORNING_FIRST_S = 3 * 60, MORNING_SPREAD_S = 9 * 60 };

const struct quiet_hours QUIET_NIGHTS = {QUIET_FROM, QUIET_TO}, QUIET_NEVER = {0, 0};
static const struct quiet_hours WAKING = {22 * 60 + 30, 5 * 60}; /* not even a changed hour rings then */

static int32_t minute_of(int64_t at_us)
{
    return (int32_t)((at_us - clock_date_start_us(clock_local_date(at_us))) / CLOCK_MINUTE_US);
}

static bool are_none(const struct quiet_hours *hours)
{
    return hours->from == hours->to;
}

static bool is_quiet(const struct quiet_hours *hours, int32_t minute)
{
    if (hours->from <= hours->to)
        return hours->from <= minute && minute < hours->to;
    return minute >= hours->from || minute < hours->to;
}

/* The next time that the day is so old, after `after_us`. */
static int64_t next_us(int64_t after_us, int64_t of_day_us)
{
    int64_t at_us = clock_date_start_us(clock_local_date(after_us)) + of_day_us;
    return at_us > after_us ? at_us : at_us + CLOCK_DAY_US;
}

/* Ids are hashes: their bytes are evenly spread. */
static int64_t minute_of_his_own_us(const struct uuid *member)
{
    int64_t spread = ((int64_t)member->bytes[12] << 16 | member->bytes[13] << 8 | member->bytes[14]) % MORNING_SPREAD_S;
    return (MORNING_FIRST_S + spread) * CLOCK_SECOND_US;
}

/* Hours of his own may lack one end: that is as for all. */
static struct quiet_hours hours_of(const struct quiet_hours *for_all, const struct quiet_wish *wish)
{
    if (wish->from == QUIET_AS_ALL && wish->to == QUIET_AS_ALL)
        return *for_all;
    return (struct quiet_hours){.from = wish->from == QUIET_AS_ALL ? QUIET_FROM : wish->from,
                                .to = wish->to == QUIET_AS_ALL ? QUIET_TO : wish->to};
}

static int64_t rings_by_day_us(const struct quiet_hours *for_all, const struct quiet_wish *wish,
                               const struct uuid *member, int64_t now_us, bool has_waited)
{
    const struct quiet_hours hours = hours_of(for_all, wish);
    int64_t morning_us = (are_none(&hours) ? QUIET_TO : hours.to) * CLOCK_MINUTE_US;
    if (is_quiet(&hours, minute_of(now_us)))
        return next_us(now_us, morning_us) + minute_of_his_own_us(member);
    bool waits = wish->daily && !has_waited;
    return waits ? next_us(now_us - 1, morning_us + minute_of_his_own_us(member)) : now_us;
}

int64_t quiet_rings_at_us(enum push_quiet quiet, const struct quiet_hours *for_all, const struct quiet_wish *wish,
                          const struct uuid *member, int64_t now_us, bool has_waited)
{
    switch (quiet) {
    case PUSH_NEVER_QUIET: return now_us;
    case PUSH_WAKES_EARLY:
        if (are_none(for_all) || !is_quiet(&WAKING, minute_of(now_us)))
            return now_us;
        return next_us(now_us, WAKING.to * CLOCK_MINUTE_US);
    default: return rings_by_day_us(for_all, wish, member, now_us, has_waited);
    }
}
