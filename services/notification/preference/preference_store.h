/* SQL of preferences. Table: preference (007_preference.sql). Queues on the pipeline of the caller's thread; results
 * are read after its flush. */
#ifndef SOTAY_NOTIFICATION_PREFERENCE_STORE_H
#define SOTAY_NOTIFICATION_PREFERENCE_STORE_H

#include "common/pg/pg.h"
#include "services/notification/preference/preference.h"

/* Those of these members who have said something. */
struct pg_result *preference_store_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid members[], size_t n);
struct preference preference_store_read(const struct pg_result *r, size_t row);

/* A statement that takes many: one `_add` for each, then pg_queue. */
struct pg_args *preference_store_put(TALLOC_CTX *ctx);
void preference_store_put_add(struct pg_args *args, const struct preference *preference, int64_t now_us);

#endif
