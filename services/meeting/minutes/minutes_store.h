/* SQL of minutes (schema/010_minutes.sql). Everything queues on the pipeline; results are read after the caller's
 * flush. One thread: the owner of the pg. */
#ifndef SOTAY_MEETING_MINUTES_STORE_H
#define SOTAY_MEETING_MINUTES_STORE_H

#include "common/base/uuid_map.h"
#include "common/pg/pg.h"
#include "services/directory/directory.h"
#include "services/meeting/minutes/minutes.h"

/* ERR_INTERNAL: the row's content, our own bytes, is none. */
MUST_CHECK enum err minutes_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                                       struct minutes *ret_minutes);

/* For a batch: those of these meetings, locked in the order of their ids. */
struct pg_result *minutes_store_lock(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *meetings);
/* What a batch changed, whole rows. Queue the result. */
struct pg_args *minutes_store_rows(TALLOC_CTX *ctx);
void minutes_store_add(struct pg_args *args, const struct minutes *minutes);

/* Of one meeting, where the scope sees them: published ones as it sees the whole meeting, others only who may write
 * them (MINUTES_WRITE). */
struct pg_result *minutes_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                      const struct uuid *meeting);

#endif
