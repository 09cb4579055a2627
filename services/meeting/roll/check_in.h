/* The code that a room shows to whoever is there (S32): it changes every 15 seconds, and the one before still counts,
 * so that a photo of it is good for 30 seconds at most. Computed from a secret of the service, the meeting and the
 * server's time; nothing of it is kept. Pure: any thread. */
#ifndef SOTAY_MEETING_CHECK_IN_H
#define SOTAY_MEETING_CHECK_IN_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include <stdint.h>

enum { CHECK_IN_CHARACTERS = 8 };

struct check_in_key {
    uint8_t bytes[32];
};

/* The code of this moment, a string in ret_code; returns when the next one comes. */
int64_t check_in_code(const struct check_in_key *key, const struct uuid *meeting, int64_t now_us,
                      char ret_code[CHECK_IN_CHARACTERS + 1]);
/* `code` as it was scanned or typed (case, spaces and hyphens don't matter), and what the phone's clock showed then.
 * ERR_CLOCK_WRONG: that clock is minutes off. ERR_CHECK_IN_CODE_EXPIRED: it was good minutes ago.
 * ERR_CHECK_IN_CODE_WRONG. */
MUST_CHECK enum err check_in_verify(const struct check_in_key *key, const struct uuid *meeting, const char *code,
                                    int64_t at_us, int64_t now_us);

#endif
