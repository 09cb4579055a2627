/* SQL of looks. Table: look (010_privacy.sql). Results are owned by `ctx`; one thread for each connection. */
#ifndef SOTAY_AUTH_LOOK_STORE_H
#define SOTAY_AUTH_LOOK_STORE_H

#include "common/base/keyset.h"
#include "common/pg/pg.h"
#include "sotay/v1/auth.pb-c.h"

struct look_row {
    struct uuid subject, actor, organization;
    Pb__Role role;
    Pb__LookWhat what;
    const char *reason; /* or NULL */
    int64_t at_us;
};
/* A statement that takes many: one `_add` for each, then pg_queue. Of those of one hour by one actor the first is
 * kept. */
struct pg_args *look_store_put(TALLOC_CTX *ctx);
void look_store_put_add(struct pg_args *args, const struct look_row *row);

/* The newest before `before`, up to `limit`, and where the next page begins. Blocks for one round trip. */
MUST_CHECK enum err look_store_page(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *subject,
                                    const struct keyset *before, uint32_t limit, Pb__LookList *ret_list);

#endif
