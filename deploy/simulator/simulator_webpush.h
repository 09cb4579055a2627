/* What a browser's push service takes and refuses (RFC 8030, 8188, 8291, 8292), strictly. It holds no key of a browser:
 * what it takes stays sealed. Pure but for the clock. Any thread. */
#ifndef SOTAY_SIMULATOR_WEBPUSH_H
#define SOTAY_SIMULATOR_WEBPUSH_H

#include "deploy/simulator/simulator_request.h"
#include <jansson.h>
#include <stdbool.h>
#include <talloc.h>

/* Subscriptions' paths begin so: "/webpush/NAME". Of "/webpush/dead-NAME" the subscription has ended. */
bool simulator_webpush_is(const char *path);

/* The status that refuses it, with the reason; 201: it is taken. `public_key`: with which browsers have subscribed, in
 * base64url; "": any. */
int simulator_webpush_check(TALLOC_CTX *ctx, const struct simulator_request *request, const char *public_key,
                            const char **ret_problem);

/* What is kept of it: {token: its path, headers: {ttl, topic, urgency}, body: in base64url}. */
json_t *simulator_webpush_message(TALLOC_CTX *ctx, const struct simulator_request *request);

#endif
