/* Reads that are asked again. A 404 to a session that wrote a moment ago may only mean that a service has not heard yet
 * of what another one's answer named (a notification's delivery): the call is run again every 50 ms until it has
 * lasted a second. Only then the 404 counts, and until the session writes again its next ones are answered at once.
 * Any thread may hand calls in; a thread of its own runs them. */
#ifndef SOTAY_GATEWAY_AGAIN_H
#define SOTAY_GATEWAY_AGAIN_H

#include "common/base/err.h"
#include <stdbool.h>
#include <talloc.h>

struct again;
struct call;

/* `run` is called on the own thread and must not block. ERR_INTERNAL: no thread. */
MUST_CHECK enum err again_start(TALLOC_CTX *ctx, void (*run)(struct call *call), struct again **ret_again);
/* Runs what waits, at once and for the last time. */
void again_stop(struct again *again);
/* True: the call is run again, and is no longer the caller's. False: it has lasted too long, or its session has not
 * written lately. */
bool again_later(struct again *again, struct call *call);

#endif
