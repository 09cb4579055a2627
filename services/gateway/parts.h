/* The gateway's parts, made in an order in which each finds what it needs, and how they are wired to each other. Main's
 * thread only. */
#ifndef SOTAY_GATEWAY_PARTS_H
#define SOTAY_GATEWAY_PARTS_H

#include "common/base/err.h"
#include <talloc.h>

struct gateway_config;
struct parts;

/* Tokens, limits, bus, services, cache, outcomes, follower, http. Does not wait until the directory is read: /readyz
 * says. */
MUST_CHECK enum err parts_start(TALLOC_CTX *ctx, const struct gateway_config *config, struct parts **ret_parts);
/* The reverse: http first, bounded by the request deadline. */
void parts_stop(struct parts *parts);

#endif
