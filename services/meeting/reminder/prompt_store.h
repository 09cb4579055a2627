/* SQL of what the days remind branches of. Queues on the pipeline; results are read after the caller's flush. One
 * thread: the owner of the pg. */
#ifndef SOTAY_MEETING_PROMPT_STORE_H
#define SOTAY_MEETING_PROMPT_STORE_H

#include "common/pg/pg.h"
#include "services/meeting/reminder/prompt.h"

enum { PROMPT_BRANCHES_AT_ONCE = 1000 };

/* The next branches behind `after` (NULL: the first), in the order of their ids, with the months that they have
 * registered, from `month` on. */
struct pg_result *prompt_store_branches(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *after, int32_t month);
struct prompt_branch *prompt_store_read(TALLOC_CTX *ctx, const struct pg_result *rows);

/* Regular meetings whose resolution is owed, of active branches, of one of these last seconds. */
struct prompt_owed {
    struct uuid branch, root;
    int32_t month;
    int64_t due_us;
};
struct pg_result *prompt_store_owed(TALLOC_CTX *ctx, struct pg *pg, const int64_t dues_us[], size_t n);
struct prompt_owed prompt_store_read_owed(const struct pg_result *rows, size_t row);

#endif
