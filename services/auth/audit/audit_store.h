/* SQL of the audit. Table: audit (018_audit.sql). The thread of the connection; results are owned by `ctx`. */
#ifndef SOTAY_AUTH_AUDIT_STORE_H
#define SOTAY_AUTH_AUDIT_STORE_H

#include "common/pg/pg.h"
#include "services/auth/audit/audit.h"

/* A statement that takes many: one `_row` for each, then pg_queue, the last before COMMIT of the transaction that does
 * what the rows tell: others who do wait until then. */
struct pg_args *audit_store_add(TALLOC_CTX *ctx);
void audit_store_add_row(struct pg_args *args, const struct audit *audit);

/* At most `limit` rows behind `after`, in the order of the chain. */
MUST_CHECK enum err audit_store_next(struct pg *pg, TALLOC_CTX *ctx, int64_t after, int limit,
                                     struct audit_link **ret_links, size_t *ret_n);

struct audit_filter {
    const struct uuid *admins; /* roots of subtrees whose audit is read */
    size_t n_admins;
    struct uuid actor, subject; /* zero: any */
    int64_t from_us, to_us;     /* to exclusive */
    int64_t before;             /* a number; newest first behind it */
    int limit;
};
struct audit_page {
    Pb__AuditEntry **items;
    int64_t *numbers;
    size_t n;
};
MUST_CHECK enum err audit_store_list(struct pg *pg, TALLOC_CTX *ctx, const struct audit_filter *filter,
                                     struct audit_page *ret_page);

#endif
