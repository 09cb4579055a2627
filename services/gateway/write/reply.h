/* The answer to a command: its outcome, or that it was accepted and where to look for the outcome. Any thread. */
#ifndef SOTAY_GATEWAY_REPLY_H
#define SOTAY_GATEWAY_REPLY_H

#include "sotay/v1/envelope.pb-c.h"
#include <stdbool.h>

struct accepted;
struct call;

/* The outcome is known: 201, 200, 204 or a problem; of a route whose status is 202 the operation, or a problem.
 * `replayed`: this is a repeat of an earlier request, which gets the resource as it is now. Replies, perhaps later. */
void reply_settled(struct call *call, const Pb__Outcome *outcome, const struct accepted *accepted, bool replayed);

/* It is not known in time: 202 with the operation. */
void reply_accepted(struct call *call, const struct accepted *accepted);

#endif
