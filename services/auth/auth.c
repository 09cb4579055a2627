#include "services/auth/auth.h"

#include <string.h>

/* --- ids --- */

static struct uuid id_of(const char *kind, const char *key)
{
    const void *parts[] = {kind, key};
    const size_t bytes[] = {strlen(kind), strlen(key)};
    return uuid_hash(2, parts, bytes);
}

struct uuid auth_organization_id(const char *code)
{
    return id_of("org", code);
}

struct uuid auth_member_id(const char *card_number)
{
    return id_of("member", card_number);
}

/* --- sessions and refresh tokens --- */

bool auth_session_lives(bool ended, int64_t last_used_at_us, int64_t now_us)
{
    return !ended && now_us - last_used_at_us < SESSION_IDLE_US;
}

enum refresh_answer auth_refresh(const struct refresh_state *state)
{
    if (!state->session_lives)
        return REFRESH_REFUSED;
    if (!state->used)
        return REFRESH_NEW;
    if (!state->same_key)
        return REFRESH_END_FAMILY;
    /* A late double of an honest request: whoever has the pair has no more than the client had. */
    return state->successor_used ? REFRESH_REFUSED : REFRESH_SAME;
}

/* --- throttling --- */

#define THROTTLE_FORGET_US CLOCK_HOUR_US

static const struct {
    int free; /* attempts without any delay */
    int64_t longest_us;
} THROTTLES[THROTTLE_COUNT] = {
    [THROTTLE_EXACT] = {5, 15 * CLOCK_MINUTE_US},
    [THROTTLE_ACCOUNT] = {20, CLOCK_MINUTE_US},
    [THROTTLE_PEER] = {300, CLOCK_MINUTE_US}, /* a mobile operator hides thousands behind one address */
};

int64_t auth_throttle_wait_us(enum throttle kind, int attempts, int64_t last_at_us, int64_t now_us)
{
    int over = attempts - THROTTLES[kind].free;
    if (over < 0 || now_us - last_at_us >= THROTTLE_FORGET_US)
        return 0;
    int64_t delay_us = over >= 20 ? THROTTLES[kind].longest_us : CLOCK_SECOND_US << over;
    if (delay_us > THROTTLES[kind].longest_us)
        delay_us = THROTTLES[kind].longest_us;
    int64_t left_us = last_at_us + delay_us - now_us;
    return left_us > 0 ? left_us : 0;
}

int auth_throttle_count(int attempts, int64_t last_at_us, int64_t now_us)
{
    if (now_us - last_at_us >= THROTTLE_FORGET_US)
        return 1;
    return attempts < INT32_MAX ? attempts + 1 : attempts;
}

/* --- roles --- */

bool auth_may_grant(int granter, Pb__Role role)
{
    if (granter == ROLE_OPERATOR)
        return true;
    return granter == PB__ROLE__ROLE_ADMIN && role < PB__ROLE__ROLE_ADMIN;
}

bool auth_role_fits(Pb__Role role, Pb__Level level)
{
    bool branch = level == PB__LEVEL__LEVEL_BRANCH;
    switch (role) {
    case PB__ROLE__ROLE_SECRETARY:
    case PB__ROLE__ROLE_DEPUTY_SECRETARY:
    case PB__ROLE__ROLE_COMMITTEE_MEMBER: return true;
    case PB__ROLE__ROLE_OFFICER:
    case PB__ROLE__ROLE_ADMIN: return !branch;
    default: return false;
    }
}
