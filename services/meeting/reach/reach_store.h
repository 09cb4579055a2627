/* SQL of who sees meetings. Queues on the pipeline; the result is read after the caller's flush. The thread that owns
 * the pg. */
#ifndef SOTAY_MEETING_REACH_STORE_H
#define SOTAY_MEETING_REACH_STORE_H

#include "common/pg/pg.h"
#include "services/meeting/meeting/meeting.h"

struct pg_result *reach_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct uuid ids[], size_t n);
Pb__Reach *reach_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row);

#endif
