/* Pages of meetings as readers see them, by the visibility predicate. Everything queues on the pipeline; results are
 * read after the caller's flush. One thread: the owner of the pg. */
#ifndef SOTAY_MEETING_MEETING_LIST_STORE_H
#define SOTAY_MEETING_MEETING_LIST_STORE_H

#include "common/base/keyset.h"
#include "common/pg/pg.h"
#include "contract_numbers.h"
#include "services/directory/directory.h"
#include "services/meeting/meeting/meeting.h"

/* --- who sees what (ACCESS.md, meeting.read) ---------------------------------------------------------------------- */

/* A statement whose first four parameters are the scope's: $1 the branch, $2 heads, $3 committees, $4 officers. */
void meeting_list_store_add_scope(struct pg_args *args, const struct directory_scope *scope);

/* m is the meeting's row. All of a meeting: its heads and, of an executive one, the officers who convene it; once it is
 * no draft, the members of its branch and, of an executive one, its committee. The same rule as meeting_may_read. */
#define MEETING_IS_EXECUTIVE "m.kind = " SQL_MEETING_KIND_EXECUTIVE
#define MEETING_WHOLE                                                               \
    "coalesce(m.organization_id = ANY($2::uuid[])"                                  \
    " OR (" MEETING_IS_EXECUTIVE " AND m.organization_id = ANY($4::uuid[]))"        \
    " OR (m.state <> " SQL_MEETING_STATE_DRAFT " AND (m.organization_id = $1::uuid" \
    "   OR (" MEETING_IS_EXECUTIVE " AND m.organization_id = ANY($3::uuid[])))), false)"

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* A meeting as one reader sees it. */
struct seen_meeting {
    struct meeting is;
    bool whole; /* false: the header only */
};

struct meeting_filter {
    const struct uuid *organization; /* NULL: everywhere; else its subtree */
    bool is_part;                    /* which is not the whole tree */
    bool is_own;                     /* of organisations where he has a place himself; not of what lies below */
    bool took_place;                 /* neither drafts nor cancelled ones; `to` says until when */
    const struct uuid *id;           /* NULL: any */
    bool has_month, has_from, has_to, has_kind, has_state, has_before;
    int32_t month, kind, state;
    int64_t from_us, to_us; /* starts_at_us, `to` exclusive */
    const char *q;          /* NULL: any */
    struct keyset before;   /* the last meeting of the page before */
    int64_t limit;
};

/* Newest first; invisible ones are not there. */
struct pg_result *meeting_list_store_queue_meetings(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                                    const struct meeting_filter *filter);
struct seen_meeting *meeting_list_store_read_meetings(TALLOC_CTX *ctx, const struct pg_result *rows);
/* One row when the reader may know of the organisation (ACCESS.md, organization.read): whether it is a part of the
 * tree, not its root. */
struct pg_result *meeting_list_store_queue_org_visible(TALLOC_CTX *ctx, struct pg *pg,
                                                       const struct directory_scope *scope, const struct uuid *org);

/* The next meetings after `after` in the order of ids, drafts left out: for republishing. */
MUST_CHECK enum err meeting_store_next_published(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *after,
                                                 int64_t limit, struct pg_result **ret_rows);

#endif
