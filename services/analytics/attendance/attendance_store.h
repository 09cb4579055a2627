/* SQL of fact_attendance (schema/). Queues on the caller's pipeline, on its thread. */
#ifndef SOTAY_ANALYTICS_ATTENDANCE_STORE_H
#define SOTAY_ANALYTICS_ATTENDANCE_STORE_H

#include "common/pg/pg.h"
#include "services/analytics/attendance/attendance.h"

/* Rows that attendance_store_get reads; the meeting in column 0. */
struct pg_result *attendance_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid meetings[], size_t n);
void attendance_store_get(const struct pg_result *rows, size_t row, struct attendance *ret_attendance);

/* As it is now, one statement. */
struct pg_args *attendance_store_rows(TALLOC_CTX *ctx);
void attendance_store_add(struct pg_args *rows, const struct uuid *meeting, const struct attendance *attendance);

#endif
