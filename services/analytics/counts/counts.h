/* The sums: what a batch adds to organisations and to their months, and where each organisation counts. What is counted
 * is for the aggregates to say: they add what a fact counts as now and take away what it counted as before, so that
 * repeated and reordered events end in the same numbers. Written by one statement for months and one for totals.
 *
 * Two parts: COUNTS_TURN_PART stands first in the loop's list, as all that a batch loads is read behind its lock;
 * COUNTS_PART stands last, as it writes what the other parts have added. The loop's thread. */
#ifndef SOTAY_ANALYTICS_COUNTS_H
#define SOTAY_ANALYTICS_COUNTS_H

#include "common/loop/loop.h"
#include "services/analytics/counts/counted.h"

extern const struct loop_part COUNTS_TURN_PART, COUNTS_PART;

/* --- while the batch is read: every handler's `want` ------------------------------------------------------------- */

/* The message's time is known to the batch, and where the organisation counts will be loaded. */
void counts_want(const struct loop_message *message, const struct uuid *org);
/* The time alone. */
void counts_note(const struct loop_message *message);
/* The latest time of the batch's messages. */
int64_t counts_now_us(const struct loop_batch *batch);

/* --- nodes of the tree ------------------------------------------------------------------------------------------- */

/* Where in the tree an organisation counted when the batch was loaded. */
struct counts_node {
    const struct uuid *path; /* root first, itself last; NULL: under itself alone */
    size_t n_path;
    bool is_active, is_active_branch; /* it counts as an organisation; as a branch */
};
/* Never NULL. Of an organisation that nobody wanted it is what counts_know has said. */
const struct counts_node *counts_node(const struct loop_batch *batch, const struct uuid *org);
/* From another part's rows: the path of an organisation that nobody wanted. Owned by the batch. */
void counts_know(const struct loop_batch *batch, const struct uuid *org, const struct uuid *path, size_t n_path);

/* --- adding; `sign` is 1 or -1 ----------------------------------------------------------------------------------- */

void counts_add_month(const struct loop_batch *batch, const struct uuid *org, int32_t month,
                      const struct month_counts *counts, int32_t sign);
void counts_add_total(const struct loop_batch *batch, const struct uuid *org, const struct total_counts *counts,
                      int32_t sign);
/* Sums change of which nobody can say whose they are: all dashboards are stale. */
void counts_void_all(const struct loop_batch *batch);

/* The column of a counter: "comments". */
const char *counts_month_name(enum month_counter counter);

#endif
