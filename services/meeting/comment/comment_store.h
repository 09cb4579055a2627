/* SQL of comments (schema/001_meeting.sql). Everything queues on the pipeline; results are read after the caller's
 * flush. One thread: the owner of the pg. */
#ifndef SOTAY_MEETING_COMMENT_STORE_H
#define SOTAY_MEETING_COMMENT_STORE_H

#include "common/base/keyset.h"
#include "common/base/uuid_map.h"
#include "common/pg/pg.h"
#include "services/directory/directory.h"
#include "services/meeting/comment/comment.h"

void comment_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct named_comment *ret_comment);
struct named_comment *comment_store_read_all(TALLOC_CTX *ctx, const struct pg_result *rows);

/* For a batch: locked in the order of their ids. */
struct pg_result *comment_store_lock(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *comments);

/* What a batch changed: whole rows that are new, and answers. Queue the result. */
struct pg_args *comment_store_new(TALLOC_CTX *ctx);
void comment_store_add(struct pg_args *args, const struct comment *comment);
struct pg_args *comment_store_answers(TALLOC_CTX *ctx);
void comment_store_add_answer(struct pg_args *args, const struct comment *comment);

struct comment_filter {
    const struct uuid *meeting;
    const struct uuid *id;     /* NULL: any */
    const struct uuid *reader; /* sees his own secretary-only ones too; NULL: shared by the branch */
    bool has_after;
    struct keyset after; /* the last comment of the page before */
    int64_t limit;
};
/* Oldest first: those of a meeting that the scope sees whole. Secretary-only ones to its heads and their author: the
 * same rule as comment_may_read. */
struct pg_result *comment_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                      const struct comment_filter *filter);
/* Oldest first: all that `reader` ever wrote, whatever he sees of the meetings by now. Of the filter: reader, after,
 * limit. */
struct pg_result *comment_store_own_queue(TALLOC_CTX *ctx, struct pg *pg, const struct comment_filter *filter);
/* Last answered first: those that the scope's member wrote, answered at `since_us` or later, of meetings that the scope
 * sees whole. */
struct pg_result *comment_store_answered_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                               int64_t since_us, int64_t limit);

#endif
