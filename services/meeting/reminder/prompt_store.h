/* SQL of what the days remind branches of. Queues on the pipeline; results are read after the caller's flush. One
 * thread: the owner of the pg. */
#ifndef SOTAY_MEETING_PROMPT_STORE_H
#define SOTAY_MEETING_PROMPT_STORE_H

#include "common/pg/pg.h"
#include "services/meeting/reminder/prompt.h"

enum { PROMPT_BRANCHES_AT_ONCE = 1000 };

/* The next active branches behind `after` (NULL: the first), in the order of their ids, and their meetings about
 * `month`. */
struct prompt_rows {
    struct pg_result *branches, *meetings;
};
struct prompt_rows prompt_store_branches(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *after, int32_t month);
struct prompt_branch *prompt_store_read(TALLOC_CTX *ctx, const struct prompt_rows *rows, size_t *ret_n);

#endif
