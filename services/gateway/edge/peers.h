/* Who asks, behind proxies: the address of a connection is that of the last proxy, and where that one is trusted, what
 * it says counts. Else all members behind it would share one address's limits, or anybody could say he is another. Made
 * once, any thread. */
#ifndef SOTAY_GATEWAY_PEERS_H
#define SOTAY_GATEWAY_PEERS_H

#include "common/base/err.h"
#include <stdbool.h>
#include <talloc.h>

struct http_request;
struct peers;

/* `trusted`: "10.0.0.0/8, ::1"; "" trusts nobody. `field`: "X-Forwarded-For" or "Forwarded" (RFC 7239): only the one
 * that the proxies write is read, as they may hand on the other as a client made it up. ERR_CONFIG. */
MUST_CHECK enum err peers_new(TALLOC_CTX *ctx, const char *trusted, const char *field, struct peers **ret_peers);

/* Whether it is one of those: they alone may speak for others. */
bool peers_trusts(const struct peers *peers, const char *address);

/* The last address on the way here that is no trusted proxy's. Owned by ctx or by the request. */
const char *peers_client(TALLOC_CTX *ctx, const struct peers *peers, const struct http_request *http);

/* The same of a list as it stands in the field; `nearest` is the connection's address. Pure. */
const char *peers_first_untrusted(TALLOC_CTX *ctx, const struct peers *peers, const char *nearest, const char *list);

#endif
