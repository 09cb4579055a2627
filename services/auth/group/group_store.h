/* SQL of party groups. Tables: party_group, party_group_member (017_groups.sql). Queues on the pipeline of the caller's
 * thread; results are owned by `ctx` and read after the flush. */
#ifndef SOTAY_AUTH_GROUP_STORE_H
#define SOTAY_AUTH_GROUP_STORE_H

#include "common/pg/pg.h"
#include "services/auth/group/group.h"

struct group_rows {
    struct pg_result *groups, *members;
};
void group_store_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid organizations[], size_t n,
                       struct group_rows *ret_rows);
/* Those of one of the organisations. */
struct groups *group_store_read(TALLOC_CTX *ctx, const struct group_rows *rows, const struct uuid *organization);

/* The lists of these organisations become what was added. Whoever does not live there any more, or not yet, stays out
 * of them. */
struct group_writes;
struct group_writes *group_writes_new(TALLOC_CTX *ctx);
void group_writes_add(struct group_writes *writes, const struct uuid *organization, const struct groups *groups);
void group_writes_queue(struct pg *pg, const struct group_writes *writes);

#endif
