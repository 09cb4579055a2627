/* Writes: every one is a message. Accepted is what the queue has acknowledged; the answer is the outcome
 * (outcomes.h). */
#ifndef SOTAY_GATEWAY_COMMANDS_H
#define SOTAY_GATEWAY_COMMANDS_H

#include "services/gateway/edge/request.h"
#include "services/gateway/write/outcomes.h"

/* Produces the call's message; replies now or later. Does not block. */
void command_run(struct call *call);

/* The outcome is known: 201, 200, 204 or a problem. `replayed`: this is a repeat of an earlier request. */
void command_settled(struct call *call, const Pb__Outcome *outcome, bool replayed);
/* It is not known in time: 202 with the operation. */
void command_accepted(struct call *call, const struct accepted *accepted);

/* Where the resource of an outcome is: its route's location; NULL if it has none. Owned by ctx. */
char *command_location(TALLOC_CTX *ctx, const struct route *route, const Pb__Outcome *outcome);

#endif
