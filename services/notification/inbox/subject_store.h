/* SQL of the table `subject`. Queues on the pipeline of the caller's thread; results are owned by `ctx`. */
#ifndef SOTAY_NOTIFICATION_SUBJECT_STORE_H
#define SOTAY_NOTIFICATION_SUBJECT_STORE_H

#include "common/pg/pg.h"
#include "services/notification/inbox/subject.h"

/* Those that are known, locked in the order of ids: a row for subject_store_read each. */
struct pg_result *subject_store_lock(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *ids, size_t n);
void subject_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct subject *ret_subject);

/* Rows to be queued: each subject as it is now. */
struct pg_args *subject_store_rows(TALLOC_CTX *ctx);
void subject_store_add(TALLOC_CTX *ctx, struct pg_args *rows, const struct subject *subject);

#endif
