/* SQL of fact_read (schema/). Queues on the caller's pipeline, on its thread. */
#ifndef SOTAY_ANALYTICS_READING_STORE_H
#define SOTAY_ANALYTICS_READING_STORE_H

#include "common/base/keyset.h"
#include "common/pg/pg.h"
#include "services/analytics/reading/reading.h"

/* --- for the loop ------------------------------------------------------------------------------------------------ */

/* Readings by reader and subject: pairs. */
struct pg_args *reading_store_keys(TALLOC_CTX *ctx);
void reading_store_add_key(struct pg_args *keys, const struct uuid *member, const struct uuid *subject);
/* Readings that do not count in the branch (NULL: none) where these members were at that time: their intervals. */
struct pg_args *reading_store_intervals(TALLOC_CTX *ctx);
void reading_store_add_interval(struct pg_args *intervals, const struct uuid *member, const struct uuid *branch,
                                int64_t from_us, int64_t to_us);
/* Rows of both: columns 0 and 1 are reader and subject. */
void reading_store_get(const struct pg_result *rows, size_t row, struct reading *ret_reading);

/* Readings as they are now, one statement each. */
struct pg_args *reading_store_new(TALLOC_CTX *ctx);
struct pg_args *reading_store_changed(TALLOC_CTX *ctx);
void reading_store_add(struct pg_args *rows, const struct uuid *member, const struct uuid *subject,
                       const struct reading *reading);

/* --- for queries ------------------------------------------------------------------------------------------------- */

/* subject_type, subject_id, read_at_us; newest first, by id where at the same time; of one subject if it is not NULL;
 * those behind `after`, the last mark of the page before. */
struct reading_marks {
    const struct uuid *member, *subject;
    int64_t since_us;
    struct keyset after;
    int64_t limit;
};
struct pg_result *reading_store_marks(struct pg *pg, TALLOC_CTX *ctx, const struct reading_marks *wanted);

#endif
