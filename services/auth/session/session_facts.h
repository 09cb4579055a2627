/* Events about sessions. */
#ifndef SOTAY_AUTH_SESSION_FACTS_H
#define SOTAY_AUTH_SESSION_FACTS_H

#include "common/base/uuid.h"
#include "sotay/v1/auth.pb-c.h"
#include <talloc.h>

/* Owned by ctx. */
Pb__SessionEnded *session_ended(TALLOC_CTX *ctx, const struct uuid *session, const struct uuid *member);

#endif
