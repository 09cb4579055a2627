/* GET /v1/operations/{id}: what became of a command that was answered 202. The id says where the command is, so that
 * the service alone can answer; nothing is kept here. */
#ifndef SOTAY_GATEWAY_OPERATIONS_H
#define SOTAY_GATEWAY_OPERATIONS_H

#include "sotay/v1/envelope.pb-c.h"
#include <stddef.h>

struct accepted;
struct call;

/* base64url of where the command is, its ids and kind, and a check of the actor, who is the call's. Owned by call. */
char *operation_id(struct call *call, const struct accepted *accepted);

/* The operation as JSON; `outcome` NULL: pending, as that of a job is until its resource says that it is done. Owned by
 * call. */
char *operation_text(struct call *call, const struct accepted *accepted, const Pb__Outcome *outcome, size_t *ret_bytes);

/* `run` of the route. */
void operation_get(struct call *call);

#endif
