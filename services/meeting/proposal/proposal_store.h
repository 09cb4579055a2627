/* SQL of proposals (schema/005_proposal.sql). Everything queues on the pipeline; results are read after the caller's
 * flush. One thread: the owner of the pg. */
#ifndef SOTAY_MEETING_PROPOSAL_STORE_H
#define SOTAY_MEETING_PROPOSAL_STORE_H

#include "common/base/keyset.h"
#include "common/base/uuid_map.h"
#include "common/pg/pg.h"
#include "services/directory/directory.h"
#include "services/meeting/proposal/proposal.h"

void proposal_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                         struct named_proposal *ret_proposal);
struct named_proposal *proposal_store_read_all(TALLOC_CTX *ctx, const struct pg_result *rows);

/* For a batch: locked in the order of their ids. */
struct pg_result *proposal_store_lock(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *proposals);
/* How many open ones an author has in a meeting: rows of meeting, author, count. */
struct pg_args *proposal_store_open(TALLOC_CTX *ctx);
void proposal_store_add_author(struct pg_args *args, const struct uuid *meeting, const struct uuid *author);

/* What a batch changed, whole rows. Queue the result. */
struct pg_args *proposal_store_rows(TALLOC_CTX *ctx);
void proposal_store_add(struct pg_args *args, const struct proposal *proposal);

struct proposal_filter {
    const struct uuid *meeting;
    const struct uuid *id;     /* NULL: any */
    const struct uuid *reader; /* of his own */
    bool has_after;
    struct keyset after; /* the last proposal of the page before */
    int64_t limit;
};
/* Oldest first: those of a meeting that the scope sees whole. */
struct pg_result *proposal_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                       const struct proposal_filter *filter);
/* Oldest first: all that `reader` ever wrote, whatever he sees of the meetings by now. Of the filter: reader, after,
 * limit. */
struct pg_result *proposal_store_own_queue(TALLOC_CTX *ctx, struct pg *pg, const struct proposal_filter *filter);

#endif
