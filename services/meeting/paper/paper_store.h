/* SQL of what papers say beside meetings. Queues on the pipeline; results are read after the caller's flush. One
 * thread: the owner of the pg. */
#ifndef SOTAY_MEETING_PAPER_STORE_H
#define SOTAY_MEETING_PAPER_STORE_H

#include "common/pg/pg.h"
#include "services/meeting/paper/paper.h"

/* The name of the organisation above this meeting's, or above this one: one row, or none above a root. */
struct pg_result *paper_store_queue_parent(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *meeting,
                                           const struct uuid *organization);

struct paper_period {
    const struct uuid *organization;
    int64_t from_us, to_us; /* `to` exclusive */
    int64_t limit;
};
/* What the organisation itself held, oldest first, and how many bytes of published minutes all of it has. */
struct pg_result *paper_store_queue_held(TALLOC_CTX *ctx, struct pg *pg, const struct paper_period *period);
struct paper_entry *paper_store_read_held(TALLOC_CTX *ctx, const struct pg_result *rows);
struct pg_result *paper_store_queue_bytes(TALLOC_CTX *ctx, struct pg *pg, const struct paper_period *period);

#endif
