/* The gateway's configuration, and its parts in the order of their starting. Main's thread only. */
#ifndef SOTAY_GATEWAY_PARTS_H
#define SOTAY_GATEWAY_PARTS_H

#include "services/gateway/gateway.h"

/* `path` NULL: defaults. ERR_CONFIG after a line that names the key. */
MUST_CHECK enum err parts_configure(struct gateway_config *config, const char *path);
void parts_print_help(struct gateway_config *config);

/* Tokens, limits, bus, client, cache, outcomes, follower, http. Does not wait until the directory is read: /readyz
 * says. */
MUST_CHECK enum err parts_start(TALLOC_CTX *ctx, struct gateway *gateway, struct http_server **ret_server);
/* The reverse: http first, bounded by the request deadline. */
void parts_stop(struct gateway *gateway, struct http_server *server);

#endif
