/* The key pair by which push services know this server (VAPID, RFC 8292). One thread. */
#ifndef SOTAY_NOTIFICATION_VAPID_H
#define SOTAY_NOTIFICATION_VAPID_H

#include "common/base/err.h"
#include <stdint.h>
#include <talloc.h>

enum { VAPID_LIFETIME_S = 12 * 3600 }; /* of a signature; a service refuses more than 24 hours */

struct vapid;
/* From a PEM file with a private key of P-256. `contact`: "mailto:…" or "https:…", whom a service may write to; "":
 * nobody is named. ERR_CONFIG after a line in the log. */
MUST_CHECK enum err vapid_new(TALLOC_CTX *ctx, const char *key_file, const char *contact, struct vapid **ret_vapid);

/* The point in base64url, as browsers want it for `applicationServerKey`. */
const char *vapid_public_key(const struct vapid *vapid);

/* The Authorization field for one push service ("https://host"), good from now for VAPID_LIFETIME_S. Owned by ctx.
 * NULL: it cannot be signed. */
char *vapid_authorization(TALLOC_CTX *ctx, const struct vapid *vapid, const char *origin, int64_t now_s);

#endif
