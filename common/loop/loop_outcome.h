/* Outcomes: what a command's slot tells its client, and the durable part of it that a repeat gets again. Everything
 * lives in the slot's context. One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_OUTCOME_H
#define SOTAY_COMMON_LOOP_OUTCOME_H

#include "common/loop/loop_slot.h"

const char *loop_rejection(const struct loop_slot *slot); /* the word; NULL: it succeeded */
Pb__Outcome *loop_outcome(struct loop_slot *slot, int64_t now_us);
Pb__Outcome *loop_outcome_repeated(struct loop_slot *slot, int64_t now_us);           /* the first one's, or "reused" */
void loop_outcome_keep(struct pg_args *args, struct loop_slot *slot, int64_t now_us); /* its durable row */

#endif
