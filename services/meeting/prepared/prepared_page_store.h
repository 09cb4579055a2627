/* Who sees what is prepared, in SQL: the same rule as prepared_may_read. The thread that owns the pg. */
#ifndef SOTAY_MEETING_PREPARED_PAGE_STORE_H
#define SOTAY_MEETING_PREPARED_PAGE_STORE_H

#include "common/pg/pg.h"
#include "services/directory/directory.h"

/* t is the thing's row, in a statement whose first two parameters are the scope's: $1 heads, $2 officers. */
#define PREPARED_VISIBLE "t.organization_id = ANY($1::uuid[] || $2::uuid[])"

static inline void prepared_page_store_add_scope(struct pg_args *args, const struct directory_scope *scope)
{
    pg_add_uuids(args, scope->heads, scope->n_heads);
    pg_add_uuids(args, scope->officers, scope->n_officers);
}

#endif
