/* SQL of fact_meeting (schema/). Queues on the caller's pipeline, on its thread. */
#ifndef SOTAY_ANALYTICS_MEETING_STORE_H
#define SOTAY_ANALYTICS_MEETING_STORE_H

#include "common/pg/pg.h"
#include "services/analytics/meeting/meeting.h"

/* Rows that meeting_store_get reads; the id in column 0. */
struct pg_result *meeting_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n);
void meeting_store_get(const struct pg_result *rows, size_t row, struct meeting *ret_meeting);

/* Meetings as they are now, one statement. */
struct pg_args *meeting_store_rows(TALLOC_CTX *ctx);
void meeting_store_add(struct pg_args *rows, const struct uuid *id, const struct meeting *meeting);

#endif
