/* SQL of members as they are counted: the directory's row, fact_adoption, fact_device (schema/). Queues on the caller's
 * pipeline, on its thread. */
#ifndef SOTAY_ANALYTICS_PERSON_STORE_H
#define SOTAY_ANALYTICS_PERSON_STORE_H

#include "common/pg/pg.h"
#include "services/analytics/person/person.h"

/* A row for every id, known or not. */
struct pg_result *person_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n);
/* Of up to `limit` members who are counted as active though their last start was before that date. */
struct pg_result *person_store_read_expired(struct pg *pg, TALLOC_CTX *ctx, int32_t before, int64_t limit);
/* Of rows of both; the id in column 0. ERR_INTERNAL: the record is none. */
MUST_CHECK enum err person_store_get(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                                     struct person *ret_person);
/* The path that his branch counts under; NULL: none is known. */
const struct uuid *person_store_get_path(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, size_t *ret_n);

struct person_device {
    char *id;
    int64_t at_us;
    bool is_present;
};
struct pg_result *person_store_read_devices(struct pg *pg, TALLOC_CTX *ctx, const struct uuid members[], size_t n);
void person_store_get_device(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                             struct person_device *ret_device); /* column 0: whose */

/* Rows as they are now, one statement each. */
struct pg_args *person_store_adoption(TALLOC_CTX *ctx);
void person_store_add_adoption(struct pg_args *rows, const struct uuid *member, const struct person *person);
struct pg_args *person_store_devices(TALLOC_CTX *ctx);
void person_store_add_device(struct pg_args *rows, const struct uuid *member, const struct person_device *device);

#endif
