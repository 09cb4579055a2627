/* How a member gets an account back whose phone or password he lost: rules of recoveries. Pure, any thread.
 *
 *     waiting ─▶ ready ─▶ used          waiting: 24 h, where a device of his lives that can object
 *        └▶ objected  └▶ expired */
#ifndef SOTAY_AUTH_REGAIN_H
#define SOTAY_AUTH_REGAIN_H

#include "common/base/clock.h"
#include "common/base/uuid.h"
#include "services/auth/session/keys.h"
#include "sotay/v1/auth.pb-c.h"
#include <stdbool.h>

#define REGAIN_WAITS_US (24 * CLOCK_HOUR_US)
#define REGAIN_LIFE_US (14 * CLOCK_DAY_US) /* of the letter, once it may be printed */
#define REGAIN_REPEATS_US CLOCK_HOUR_US    /* after its use: the answer may have been lost */

struct regain {
    struct uuid id, member;
    int64_t created_at_us, ready_at_us, expires_at_us;
    bool objected, used;
    int64_t used_at_us; /* 0: it was not */
};

/* One that is asked for now. */
struct regain regain_new(const struct uuid *id, const struct uuid *member, bool has_live_session, int64_t now_us);
Pb__RecoveryState regain_state(const struct regain *regain, int64_t now_us);
/* Whether it is still on its way: another one need not be asked for. */
bool regain_is_open(const struct regain *regain, int64_t now_us);

/* The code of its letter: the same each time it is printed, and in no database. Owned by ctx. */
char *regain_code(TALLOC_CTX *ctx, const struct keys *keys, const struct regain *regain);
/* Whether `code`, as typed_code puts it right, lets its member in now. */
bool regain_opens(const struct regain *regain, const struct keys *keys, const char *code, int64_t now_us);
/* Whether it did so lately: whoever has the password that was given then may repeat the call on the same device. */
bool regain_opened(const struct regain *regain, const struct keys *keys, const char *code, int64_t now_us);

/* Owned by ctx. */
Pb__Recovery *regain_view(TALLOC_CTX *ctx, const struct regain *regain, int64_t now_us);

#endif
