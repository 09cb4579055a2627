/* SQL of consents. Table: consent (010_privacy.sql). Queues on the pipeline of the caller's thread; results are owned
 * by `ctx` and read after the flush. */
#ifndef SOTAY_AUTH_CONSENT_STORE_H
#define SOTAY_AUTH_CONSENT_STORE_H

#include "common/pg/pg.h"
#include "services/auth/consent/consent.h"

/* The newest answers of these members, one row for each purpose. */
struct pg_result *consent_store_newest_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid members[], size_t n);
/* Every answer of a member, oldest first. */
struct pg_result *consent_store_all_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member);
struct uuid consent_store_read(TALLOC_CTX *ctx, const struct pg_result *r, size_t row, struct consent *ret_consent);

/* A statement that takes many: one `_add` for each, then pg_queue. */
struct pg_args *consent_store_put(TALLOC_CTX *ctx);
void consent_store_put_add(struct pg_args *args, const struct uuid *member, const struct uuid *message,
                           const struct consent *consent);

#endif
