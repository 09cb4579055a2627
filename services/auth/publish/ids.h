/* Lists of ids, as the jobs that walk through the roster read them from the database. One thread for each connection;
 * the items belong to the context that was given. */
#ifndef SOTAY_AUTH_IDS_H
#define SOTAY_AUTH_IDS_H

#include "common/base/array.h"
#include "common/base/uuid.h"
#include "common/pg/pg.h"

struct ids {
    struct uuid *items;
    size_t n, room;
};

/* Appends the first column of every row. */
void ids_add_rows(TALLOC_CTX *ctx, struct ids *ids, const struct pg_result *result);
/* Runs a statement whose rows are (id). Blocks for one round trip; errors as pg_run. */
MUST_CHECK enum err ids_run(struct pg *pg, TALLOC_CTX *ctx, struct pg_args *args, struct ids *ret_ids);
/* Runs a statement whose parameters are ($1 the id before the first, $2 the most rows): a page of all ids in order. */
MUST_CHECK enum err ids_run_after(struct pg *pg, TALLOC_CTX *ctx, const struct pg_statement *statement,
                                  const struct uuid *after, int limit, struct ids *ret_ids);
/* Queues a statement whose only parameter is $1::uuid[]. */
struct pg_result *ids_queue(struct pg *pg, TALLOC_CTX *ctx, const struct pg_statement *statement,
                            const struct uuid *ids, size_t n);

#endif
