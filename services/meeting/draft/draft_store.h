/* SQL of drafts: what there is to talk about, beside tasks and templates. Everything queues on the pipeline; results
 * are read after the caller's flush. One thread: the owner of the pg. */
#ifndef SOTAY_MEETING_DRAFT_STORE_H
#define SOTAY_MEETING_DRAFT_STORE_H

#include "common/pg/pg.h"
#include "services/meeting/draft/draft.h"

/* Months from `month` on that a regular meeting takes: one int4[] in one row. */
struct pg_result *draft_store_queue_taken(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *org, int32_t month);
/* The last of its meetings (a branch's regular ones, else executive ones) that has begun and was not cancelled, as
 * meeting_store_read reads it. */
struct pg_result *draft_store_queue_last(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *org, int64_t now_us);
/* Both as draft_store_read_lines reads them. Proposals of its meetings that wait, and are a topic of none, oldest
 * first; documents published since its last meeting to all that belong to it, newest first, that no agenda of
 * it names. */
struct pg_result *draft_store_queue_proposals(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *org);
struct pg_result *draft_store_queue_documents(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *org, int64_t now_us);
struct draft_line *draft_store_read_lines(TALLOC_CTX *ctx, const struct pg_result *rows, size_t *ret_n);

#endif
