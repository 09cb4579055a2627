/* Activation by the code of a letter: what a code is worth (pure, any thread), and the calls CheckActivation and
 * Activate, answered at once and never on the queue, because they carry secrets (on a query worker's thread, in
 * transactions of their own).
 *
 * The same calls take the code of a letter by which an account is had back (regain.h): it ends all sessions and the
 * second factor.
 *
 * A code is good once, for ACTIVATION_LIFE_US, for an account that was never activated. Wrong ones are throttled by
 * card, device and address; they never use up the right one. */
#ifndef SOTAY_AUTH_ACTIVATION_H
#define SOTAY_AUTH_ACTIVATION_H

#include "common/base/clock.h"
#include "common/service/service.h"
#include "services/auth/account/activation_store.h"

#define ACTIVATION_LIFE_US (60 * CLOCK_DAY_US)

/* `hash` of the code that was typed. ERR_ACTIVATION_CODE_INVALID: no such card, or not its code.
 * ERR_ALREADY_ACTIVATED, ERR_ACTIVATION_CODE_EXPIRED: told only to who has the right code. */
MUST_CHECK enum err activation_judge(const struct activation *activation, const uint8_t hash[TOKEN_HASH_BYTES],
                                     int64_t now_us);
/* Whether its code could still be used. */
bool activation_is_live(const struct activation *activation, int64_t now_us);

/* `code` as typed_code puts it right. */
void activation_hash(const char *code, uint8_t ret_hash[TOKEN_HASH_BYTES]);

extern const struct query_table ACTIVATION_QUERIES;

#endif
