/* Commands under way: from the moment they are produced until their outcome is known, or nobody cares any more.
 *
 *   begin ─▶ produced ─▶ report: accepted ─▶ outcome heard, or asked for after 300 ms ─▶ answered
 *                 │            │
 *                 │            └─ the client's patience ends: 202, the command stays here for its member's count
 *                 └─ report failed: 503 outcome_unknown
 *
 * A service is asked for all that was not heard of in one question, one at a time. An outcome of another body under the
 * same id is another's, heard or asked.
 * A repeat that comes while the first is under way joins it; with another body it is refused here.
 * What an answer looks like is not known here: whoever starts this hands in what makes it (reply.h).
 * Any thread may begin and give up; a thread of its own keeps the deadlines. */
#ifndef SOTAY_GATEWAY_OUTCOMES_H
#define SOTAY_GATEWAY_OUTCOMES_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include "common/kafka/kafka.h"
#include "services/gateway/link/services.h"
#include "sotay/v1/envelope.pb-c.h"
#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

struct call;
struct limits;
struct outcomes;
struct unsettled;

#define BODY_HASH_BYTES 32
#define BODY_MARK_BYTES 8 /* the first bytes of a body's hash, as an operation's id has them */

/* Where a command is: what an operation's id says (operations.h). */
struct accepted {
    enum service service;
    int32_t partition;
    int64_t offset;
    int64_t append_time_us;
    struct uuid message_id;
    struct uuid aggregate;
    uint8_t body_mark[BODY_MARK_BYTES];
    const char *kind; /* constant text */
};

struct outcomes_options {
    struct services *services;
    struct kafka_producer *producer; /* hears which commands were answered */
    struct limits *limits;           /* counts what is unsettled */
    /* Both reply to the call. On any thread, without a lock. Where the command is may not be known yet once it is
     * settled: then `accepted` has no offset, and the service finds it by its id. */
    void (*settled)(struct call *call, const Pb__Outcome *outcome, const struct accepted *accepted, bool replayed);
    void (*accepted)(struct call *call, const struct accepted *accepted); /* its client waits no longer */
};

/* Borrows what the options name. */
MUST_CHECK enum err outcomes_start(TALLOC_CTX *ctx, const struct outcomes_options *options,
                                   struct outcomes **ret_outcomes);
void outcomes_stop(struct outcomes *outcomes);

enum outcome_begin { OUTCOME_BEGUN, OUTCOME_JOINED, OUTCOME_REUSED };
/* BEGUN: produce now, with outcomes_reported as the report and *ret_unsettled as its argument, or give up. JOINED:
 * nothing more to do. REUSED: the same id with another body; the call is the caller's again. */
enum outcome_begin outcomes_begin(struct outcomes *outcomes, const struct uuid *message_id,
                                  const uint8_t body_hash[BODY_HASH_BYTES], const struct uuid *aggregate,
                                  struct call *call, struct unsettled **ret_unsettled);
void outcomes_reported(void *unsettled, const struct kafka_report *report);
/* What a service told (link/channel.h), after what it made stale was forgotten: who is answered reads his own write. */
void outcomes_heard(struct outcomes *outcomes, const Pb__Outcome *outcome);
/* Asks the service what became of `n` commands of it; `done` gets OutcomeReplies in their order. */
void outcome_ask(struct services *services, enum service service, const char *correlation_id,
                 const struct accepted accepted[], size_t n, service_done_fn *done, void *arg);
/* Adds what the gateway knows, kind and aggregate, to an outcome as a service keeps it. Borrows from `accepted`. */
void outcome_complete(Pb__Outcome *outcome, const struct accepted *accepted);
/* The call's client has left: if it waits here, it is let go of; its command goes on. */
void outcomes_leave(struct outcomes *outcomes, struct call *call);
/* It was never produced: every call that waits for it gets this error. */
void outcomes_give_up(struct unsettled *unsettled, enum err err);

#endif
