/* SQL of exports. Table: own_export (016_own_export.sql). One thread: the owner of the pg. */
#ifndef SOTAY_AUTH_EXPORT_STORE_H
#define SOTAY_AUTH_EXPORT_STORE_H

#include "common/pg/pg.h"
#include "services/auth/export/export.h"

/* A statement that takes many: one `_add` for each, then pg_queue. */
struct pg_args *export_store_put(TALLOC_CTX *ctx);
void export_store_put_add(struct pg_args *args, const struct own_export *export);

/* Its id and member are given; *ret_found: it is that member's and lives. One round trip; errors as pg_flush. */
MUST_CHECK enum err export_store_find(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us, struct own_export *export,
                                      bool *ret_found);

#endif
