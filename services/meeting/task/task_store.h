/* SQL of tasks (schema/012_prepared.sql). Everything queues on the pipeline; results are read after the caller's flush.
 * One thread: the owner of the pg. */
#ifndef SOTAY_MEETING_TASK_STORE_H
#define SOTAY_MEETING_TASK_STORE_H

#include "common/base/keyset.h"
#include "services/meeting/prepared/prepared_set.h"
#include "services/meeting/task/task.h"

/* For a batch: struct named_task. */
extern const struct prepared_kind TASK_KIND;

struct named_task *task_store_read_all(TALLOC_CTX *ctx, const struct pg_result *rows);

struct task_filter {
    const struct uuid *organization;
    bool has_state, has_after;
    int32_t state;
    struct keyset after; /* the last task of the page before: its due day as the time */
    int64_t limit;
};
/* That are due first come first; of an organisation that is one of the scope's to prepare for. */
struct pg_result *task_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                   const struct task_filter *filter);
/* Open ones that the scope's member is to do, of his branch or where he is a head; those due first come first. */
struct pg_result *task_store_queue_assigned(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                            int64_t limit);
/* One, if it is of such an organisation. */
struct pg_result *task_store_queue_one(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                       const struct uuid *id);

#endif
