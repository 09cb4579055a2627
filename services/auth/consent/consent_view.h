/* A consent as its member sees it. Any thread. */
#ifndef SOTAY_AUTH_CONSENT_VIEW_H
#define SOTAY_AUTH_CONSENT_VIEW_H

#include "services/auth/consent/consent.h"
#include "sotay/v1/auth.pb-c.h"
#include <talloc.h>

/* Borrows the texts. Owned by ctx. */
Pb__Consent *consent_view(TALLOC_CTX *ctx, const struct consent *consent);

#endif
