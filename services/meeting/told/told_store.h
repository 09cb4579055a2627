/* SQL of calls (schema/, meeting_told). Everything queues on the pipeline; results are read after the caller's flush.
 * One thread: the owner of the pg. */
#ifndef SOTAY_MEETING_TOLD_STORE_H
#define SOTAY_MEETING_TOLD_STORE_H

#include "common/pg/pg.h"
#include "services/directory/directory.h"
#include "services/meeting/told/told.h"

void told_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct named_told *ret_told);
struct named_told *told_store_read_all(TALLOC_CTX *ctx, const struct pg_result *rows);

/* For a batch: pairs of meeting and participant. Not locked: who writes them holds the meeting's lock. */
struct pg_args *told_store_pairs(TALLOC_CTX *ctx);
void told_store_add_pair(struct pg_args *args, const struct uuid *meeting, const struct uuid *member);

/* What a batch changed, whole rows. Queue the result. */
struct pg_args *told_store_rows(TALLOC_CTX *ctx);
void told_store_add(struct pg_args *args, const struct told *told);

/* Who was told, of a meeting that the scope sees whole. */
struct pg_result *told_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                   const struct uuid *meeting);
/* One participant of such a meeting, told or not. */
struct pg_result *told_store_queue_one(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                       const struct uuid *meeting, const struct uuid *member);

#endif
