#include "services/auth/session/session.h"

bool session_lives(bool ended, int64_t last_used_at_us, int64_t now_us)
{
    return !ended && now_us - last_used_at_us < SESSION_IDLE_US;
}

enum refresh_answer session_refresh(const struct refresh_state *state)
{
    if (!state->session_lives)
        return REFRESH_REFUSED;
    if (!state->used)
        return REFRESH_NEW;
    if (!state->same_key)
        return REFRESH_END_FAMILY;
    /* Once the successor was used, an honest client has it: this is a late repetition, which is refused and harms
     * nobody. Before that, whoever has the pair learns no more than the client was sent. */
    return state->successor_used ? REFRESH_REFUSED : REFRESH_SAME;
}
