/* Events about accounts. */
#ifndef SOTAY_AUTH_ACCOUNT_FACTS_H
#define SOTAY_AUTH_ACCOUNT_FACTS_H

#include "services/auth/account/regain.h"
#include "sotay/v1/auth.pb-c.h"
#include <talloc.h>

/* The first sign-in ever. Owned by ctx. */
Pb__MemberActivated *account_activated(TALLOC_CTX *ctx, const struct uuid *member, int64_t activated_at_us);

/* Somebody asked that this account be had back. Owned by ctx. */
Pb__RecoveryAsked *recovery_asked(TALLOC_CTX *ctx, const struct regain *regain, const struct uuid *branch);

#endif
