/* SQL of rolls (schema/011_roll.sql), over the directory's tables: whoever may belong to a meeting, and what was said
 * of him. Everything queues on the pipeline; results are read after the caller's flush. One thread: the owner of the
 * pg. */
#ifndef SOTAY_MEETING_ROLL_STORE_H
#define SOTAY_MEETING_ROLL_STORE_H

#include "common/base/keyset.h"
#include "common/pg/pg.h"
#include "services/meeting/roll/check_in.h"
#include "services/meeting/roll/roll.h"

/* For a batch that has locked these meetings: rows of everybody who may be on a roll, meeting by meeting. `new_of`: the
 * organisation whose meeting the batch may make; NULL: it is there. Queue the result. */
struct pg_args *roll_store_wanted(TALLOC_CTX *ctx);
void roll_store_want(struct pg_args *args, const struct uuid *meeting, const struct uuid *new_of);
/* The same of one meeting, for whoever heads its organisation. */
struct pg_result *roll_store_queue_seen(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                        const struct uuid *meeting);
/* The roll that begins in this row, and whose it is. */
struct roll roll_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct uuid *ret_meeting);

/* What was said of one member: of one meeting, or of all that begin at `from_us` or later; oldest first. */
struct roll_own_filter {
    const struct uuid *member, *meeting; /* meeting NULL: any */
    bool has_from, has_after;
    int64_t from_us;
    struct keyset after; /* hour and meeting */
    int64_t limit;       /* 0: all */
};
struct roll_own {
    struct uuid meeting;
    int64_t starts_at_us;
    struct roll_mark mark;
    const char *full_name; /* the member's */
};
struct pg_result *roll_store_own_queue(TALLOC_CTX *ctx, struct pg *pg, const struct roll_own_filter *filter);
struct roll_own roll_store_own_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row);

/* What a batch changed, whole rows. Queue the result. */
struct pg_args *roll_store_rows(TALLOC_CTX *ctx);
void roll_store_add(struct pg_args *args, const struct uuid *meeting, const struct roll_person *person);

struct pg_result *roll_store_queue_key(TALLOC_CTX *ctx, struct pg *pg);
void roll_store_read_key(const struct pg_result *rows, struct check_in_key *ret_key);

#endif
