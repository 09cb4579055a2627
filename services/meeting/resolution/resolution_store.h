/* SQL of resolutions (schema/015_resolution.sql). Queues on the pipeline; results are read after the caller's flush.
 * One thread: the owner of the pg. */
#ifndef SOTAY_MEETING_RESOLUTION_STORE_H
#define SOTAY_MEETING_RESOLUTION_STORE_H

#include "common/base/uuid_map.h"
#include "common/pg/pg.h"

/* Which meetings these documents settle: rows of document, meeting. No ids queue nothing. */
struct pg_result *resolution_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *documents);

#endif
