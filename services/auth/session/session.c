#include "services/auth/session/session.h"

bool session_lives(bool ended, int64_t last_used_at_us, int64_t now_us)
{
    return !ended && now_us - last_used_at_us < SESSION_IDLE_US;
}

/* Once for each family and restore: a second number that nobody knows is a used token, perhaps a stolen one. While
 * nobody has said that the database was restored, a client with an honest token is not told to sign in. */
static enum refresh_answer refresh_ahead(const struct refresh_state *state)
{
    if (state->restoration == 0)
        return REFRESH_LATER;
    if (state->restoration <= state->restoration_taken)
        return REFRESH_SUPERSEDED;
    return REFRESH_NEW;
}

enum refresh_answer session_refresh(const struct refresh_state *state)
{
    if (!state->session_lives)
        return REFRESH_ENDED;
    if (!state->known && !state->ahead)
        return REFRESH_SUPERSEDED; /* used so long ago that it is forgotten */
    if (state->restoration > state->restoration_taken && !state->caught_up)
        return REFRESH_LATER; /* it may have been ended since the backup */
    if (!state->known)
        return refresh_ahead(state);
    if (!state->used)
        return REFRESH_NEW;
    if (!state->same_key)
        return REFRESH_END_FAMILY;
    /* Once the successor was used, an honest client has it: this is a late repetition, which is refused and harms
     * nobody. Before that, whoever has the pair learns no more than the client was sent. */
    return state->successor_used ? REFRESH_SUPERSEDED : REFRESH_SAME;
}
