/* Sessions that end otherwise than by a command: their devices go with them. In the caller's transaction, on the thread
 * of its connection. */
#ifndef SOTAY_AUTH_SESSION_END_H
#define SOTAY_AUTH_SESSION_END_H

#include "common/service/service.h"
#include "services/auth/session/session_store.h"

/* Ends those that live and removes their devices, of members also devices that no session registered (what is `kept`
 * keeps its own); says so in
 * `outbox`, which the caller queues. Blocks for one round trip; errors as pg_flush. */
MUST_CHECK enum err session_end(struct pg *pg, TALLOC_CTX *ctx, const struct session_ending *ending,
                                struct loop_outbox *outbox);
/* Queues what the call says, and commits: its answer waits until Kafka has that, so that whoever has it can count on
 * the sessions being refused at every gateway, after a restore too. Blocks for one round trip; errors as pg_flush. */
MUST_CHECK enum err session_end_commit(struct query *query, struct loop_outbox *outbox);

#endif
