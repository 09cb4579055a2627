/* A connection to a push provider: TCP, or TLS that speaks h2 and knows the host by its certificate. Not blocking once
 * it is open. One thread. */
#ifndef SOTAY_NOTIFICATION_LINK_H
#define SOTAY_NOTIFICATION_LINK_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <talloc.h>

struct link_address {
    const char *host, *port;
    const char *authority; /* as requests name the host: with the port, where it is not the scheme's own */
    bool tls;
    bool public_only; /* the name came from outside: connected to no address of a network of ours */
};
/* From "https://host[:port]" or "http://host:port". ERR_CONFIG. */
MUST_CHECK enum err link_address_read(TALLOC_CTX *ctx, const char *url, struct link_address *ret_address);

struct link;
enum { LINK_ADDRESSES_LIMIT = 4, LINK_STEP_MS = 3000 };
/* Resolves, connects and agrees on TLS, until `until_us` (monotonic) at most; no step takes more than LINK_STEP_MS, nor
 * does any address of the host, of which it tries LINK_ADDRESSES_LIMIT. ERR_UNAVAILABLE. Closed when freed. */
MUST_CHECK enum err link_open(TALLOC_CTX *ctx, const struct link_address *address, int64_t until_us,
                              struct link **ret_link);
int link_fd(const struct link *link);

enum { LINK_CLOSED = 0, LINK_AGAIN = -1 };
/* Bytes moved, LINK_CLOSED when it is of no more use, LINK_AGAIN when it must wait for poll(). */
ssize_t link_read(struct link *link, void *bytes, size_t n);
ssize_t link_write(struct link *link, const void *bytes, size_t n);

#endif
