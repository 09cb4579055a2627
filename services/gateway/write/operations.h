/* GET /v1/operations/{id}: what became of a command that was answered 202. The id says where the command is, so that
 * Redis or the service alone can answer; nothing is kept here. */
#ifndef SOTAY_GATEWAY_OPERATIONS_H
#define SOTAY_GATEWAY_OPERATIONS_H

#include "services/gateway/write/outcomes.h"

/* base64url of where the command is, its ids and kind, and a check of the actor. Owned by ctx. */
char *operation_id(TALLOC_CTX *ctx, const struct accepted *accepted, const struct uuid *actor);

/* The operation as JSON; `outcome` NULL: pending. Owned by ctx; NULL: the outcome held what it must not. */
char *operation_text(TALLOC_CTX *ctx, const struct accepted *accepted, const struct uuid *actor,
                     const Pb__Outcome *outcome, bool english, size_t *ret_bytes);

void operation_get(struct call *call);

#endif
